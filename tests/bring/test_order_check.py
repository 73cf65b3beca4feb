"""What Bring would refuse: found before it is sent, in all four kinds, of every party."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from test_order_writer import item, order

from bring.gtin import is_gtin
from bring.order_check import check, check_item
from bring.orders import Order
from bring.services import additional_services, basic_services, impossible

ADDRESSED = ("OrderingParty", "DeliveryParty", "Supplier", "Buyer")


def whole(**changes) -> Order:
    """An order that nothing speaks against."""
    parties = tuple(replace(party, sub_party_id="") for party in order().parties)
    return order(**{"additional_services": (), "parties": parties, **changes})


def purchase(**changes) -> Order:
    return whole(message_function="PurchaseOrder", service_code="", external_type=None, **changes)


KINDS = {
    "customer order": whole,
    "purchase order": purchase,
    "return": lambda **changes: replace(purchase(**changes), external_type="R"),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_nothing_speaks_against_a_whole_order(make):
    assert check(make()) == []
    assert check(make(update_indicator="Delete")) == []


def test_nothing_speaks_against_a_whole_article():
    assert check_item(item()) == []


def parties(role, **changes):
    found = []
    for party in whole().parties:
        found.append(replace(party, **changes) if party.role == role else party)
    return {"parties": tuple(found)}


def without(role):
    return {"parties": tuple(party for party in whole().parties if party.role != role)}


def line(**changes):
    return {"lines": (replace(order().lines[1], **changes),)}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("role", ADDRESSED)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"party_id": ""}, "no party id"),
        ({"name": " "}, "no name"),
        ({"street": ""}, "no street"),
        ({"city": " "}, "no city"),
        ({"country": ""}, "no country"),
        ({"country": "Norge"}, "two letters"),
        ({"contact_name": ""}, "contact of .* has no name"),
        ({"name": "N" * 201}, "has 201 characters; Bring takes 200"),
        ({"contact_name": "N" * 71}, "Bring takes 70"),
        ({"party_id": "1" * 81}, "Bring takes 80"),
    ],
)
def test_every_party_of_every_kind_is_looked_at(make, role, changes, words):
    (problem,) = check(make(**parties(role, **changes)))
    assert problem.where == role
    assert re.search(words, str(problem)), problem


def test_a_supplier_abroad_may_have_no_postal_code_a_recipient_not():
    assert check(purchase(**parties("Supplier", postal_code=""))) == []
    (problem,) = check(whole(**parties("DeliveryParty", postal_code="")))
    assert "no postal code" in str(problem)


def test_a_supplier_is_needed_for_what_comes_in():
    assert check(whole(**without("Supplier"))) == []
    for make in (KINDS["purchase order"], KINDS["return"]):
        (problem,) = check(make(**without("Supplier")))
        assert problem.where == "Supplier"


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"order_number": "S/12"}, "order_number", "slash"),
        ({"order_number": " "}, "order_number", "no number"),
        ({"order_number": "S12 "}, "order_number", "white space"),
        ({"order_number": "S" * 36}, "order_number", "Bring takes 35"),
        ({"customer_number": ""}, "customer_number", "no customer number"),
        ({"customer_number": "1234567"}, "customer_number", "6 or 11 digits"),
        ({"customer_number": "20001234567"}, None, ""),
        ({"delivery_date_requested": None}, "delivery_date_requested", "is missing"),
        ({"test_indicator": ""}, "test_indicator", "empty"),
        ({"terms_of_delivery": "carriage paid"}, "terms_of_delivery", "no incoterm"),
        ({"terms_of_delivery": "EXW"}, None, ""),
        ({"external_type": "R"}, "external_type", "only a purchase order"),
        ({"references": (("ACD", "S1"), ("ON", "1"))}, "references", "CU"),
        ({"references": (("ACD", " "), ("CU", "a"), ("ON", "1"))}, "references", "ACD"),
        ({"references": (("ACD", "1"), ("CU", "1"), ("ON", "o" * 81))}, "references", "takes 80"),
        (without("DeliveryParty"), "DeliveryParty", "is missing"),
        (without("OrderingParty"), "OrderingParty", "is missing"),
        (without("PerformingUnit"), "PerformingUnit", "is missing"),
        (parties("PerformingUnit", party_id=""), "PerformingUnit", "enter Bring's number"),
        ({"parties": (*whole().parties, replace(whole().parties[0], role="Consignee"))},
         "Consignee", "no party called"),
        ({"service_code": ""}, "service_code", "no service code"),
        ({"lines": ()}, "lines", "no lines"),
        ({"lines": order().lines[1:] * 2}, "line 20", "2 lines have the number '20'"),
        (line(quantity=Decimal(0)), "line 20", "not more than 0"),
        (line(quantity=Decimal(-1)), "line 20", "not more than 0"),
        (line(quantity=Decimal("NaN")), "line 20", "not more than 0"),
        (line(quantity=Decimal("2.5")), "line 20", "not whole pieces"),
        (line(quantity=Decimal("2.5"), unit="KGM"), None, ""),
        (line(unit="BOX"), "line 20", "unit 'BOX'"),
        (line(unit=""), "line 20", "unit ''"),
        (line(item_no="", ean=""), "line 20", "neither a number nor an EAN"),
        (line(item_no="A" * 22), "line 20", "has 22 characters; Bring takes 21"),
        (line(item_no="A" * 21), None, ""),
        (line(ean="7038010000019"), "line 20", "no EAN"),
        (line(name=""), "line 20", "no name"),
        (line(batch="B" * 21), "line 20", "Bring takes 20"),
        (line(serials=("S" * 31,)), "line 20", "Bring takes 30"),
        (line(unit_price=Decimal(1), currency=""), "line 20", "no currency"),
        (line(line_id=""), "line ", "no number"),
        (line(line_id="first"), "line first", "no number of a line"),
        (line(line_id="0"), "line 0", "no number of a line"),
        ({"free_texts": (("AAI", "x"),)}, "free_texts", "no free text called 'AAI'"),
        ({"free_texts": (("DIN", "x" * 81),)}, "free_texts", "Bring takes 80"),
        ({"free_texts": (("DEL", "x" * 1001),)}, "free_texts", "Bring takes 1000"),
        ({"free_texts": (("ZZZ", "x" * 501),)}, "free_texts", "Bring takes 500"),
    ],
)  # fmt: skip
def test_what_bring_would_refuse(changes, where, words):
    problems = check(whole(**changes))
    assert [problem.where for problem in problems] == ([where] if where else [])
    assert all(words in str(problem) for problem in problems), problems


@pytest.mark.parametrize(
    ("code", "contact", "words"),
    [
        ("EVARSLING", {"mobile": ""}, ""),
        ("EVARSLING", {"email": ""}, ""),
        ("EVARSLING", {"mobile": "", "email": ""}, "mobile number or e-mail address"),
        ("1064", {"mobile": ""}, "needs the mobile number"),
        ("1064", {"email": ""}, ""),
        ("1074", {"email": ""}, "needs the e-mail address"),
        ("1074", {"mobile": ""}, ""),
    ],
)
def test_a_notice_goes_to_the_buyer_s_contact(code, contact, words):
    found = check(whole(additional_services=(code,), **parties("Buyer", **contact)))
    assert [(problem.where, words in str(problem)) for problem in found] == (
        [("Buyer", True)] if words else []
    )
    assert check(whole(additional_services=(code,), **without("Buyer")))


def test_a_pick_up_point_and_its_service_go_together():
    chosen = parties("DeliveryParty", sub_party_id="109847")
    assert check(whole(additional_services=("PickUpPoint",), **chosen)) == []
    (problem,) = check(whole(**chosen))
    assert "needs the additional service PickUpPoint" in str(problem)
    (problem,) = check(whole(additional_services=("PickUpPoint",)))
    assert "no pick-up point was chosen" in str(problem)


@pytest.mark.parametrize(
    ("basic", "additional", "way", "words"),
    [
        ("5800", ["EVARSLING"], ("NO", "NO"), ["EVARSLING"]),
        ("5600", ["1178"], ("NO", "NO"), []),
        ("5800", ["1178"], ("NO", "NO"), ["1178"]),
        ("5600", ["1178", "1179"], ("NO", "NO"), ["1178 and 1179"]),
        ("5800", ["1000"], ("NO", "NO"), []),
        ("5800", ["1000"], ("NO", "SE"), ["from NO to SE"]),
        ("5800", ["POSTOPPKRAV"], ("", ""), []),
        ("PICKUP_PARCEL", ["EVARSLING"], ("SE", "FI"), []),
        ("0340", ["EVARSLING"], ("SE", "FI"), []),
        ("PICKUP_PARCEL", ["EVARSLING"], ("NO", "SE"), ["from NO to SE"]),
        ("5800", ["PickUpPoint"], ("NO", "NO"), []),
        ("5600", ["PickUpPoint"], ("NO", "NO"), ["PickUpPoint"]),
        ("PICKUP_PARCEL", ["PickUpPoint"], ("SE", "DK"), []),
        ("PICKUP_PARCEL", ["PickUpPoint"], ("NO", "SE"), ["PickUpPoint"]),
        ("5600", ["0041", "1133"], ("NO", "NO"), ["0041 and 1133"]),
        ("Servicepakke", ["EVARSLING", "PickUpPoint"], ("NO", "NO"), []),
        ("5600", ["1060", "1064", "1074", "AGREED"], ("NO", "NO"), []),
        ("", ["EVARSLING"], ("NO", "NO"), []),
    ],
)
def test_what_bring_does_not_offer_together(basic, additional, way, words):
    found = list(impossible(basic, additional, *way))
    assert len(found) == len(words), found
    assert all(word in said for word, said in zip(words, found, strict=True)), found


def test_the_table_of_services_is_whole():
    known = set(basic_services())
    codes = {code for one in additional_services() for code in one.codes}
    assert (len(known), len(additional_services())) == (59, 53)
    for one in additional_services():
        assert one.routes
        assert one.not_with <= codes
        assert all(routes.service in known for routes in one.routes)
        countries = {c for r in one.routes for c in (*r.domestic, *r.senders, *r.destinations)}
        assert all(len(country.lstrip("-")) in (2, 3) for country in countries), countries


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"item_no": ""}, "item_no", "internal reference"),
        ({"item_no": "A" * 22}, "item_no", "Bring takes 21"),
        ({"name": " "}, "name", "no name"),
        ({"name": "N" * 46}, "name", "has 46 characters; Bring takes 45"),
        ({"variant": "V" * 9}, "variant", "Bring takes 8"),
        ({"group": "G" * 9}, "group", "Bring takes 8"),
        ({"ean": "12345"}, "ean", "no EAN"),
        ({"units": (("X", ""),)}, "units", "no code"),
        ({"units": (("X", "STYCK"),)}, "units", "Bring takes 4"),
        ({"net_weight": Decimal(-1)}, "net_weight", "net weight -1"),
        ({"height": Decimal(10**6)}, "height", "not from 0"),
    ],
)
def test_what_bring_would_refuse_of_an_article(changes, where, words):
    (problem,) = check_item(item(**changes))
    assert problem.where == where
    assert words in str(problem)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("7038010000018", False),
        ("7038010000010", True),
        ("07038010000010", True),
        ("96385074", True),
        ("96385075", False),
        ("036000291452", True),
        ("0000000000000", False),
        ("123456", False),
        ("", False),
        ("LAMP-12345678", False),
        ("\u0667\u0660\u0663\u0668\u0660\u0661\u0660\u0660", False),
    ],
)
def test_which_number_is_a_gtin(number, is_one):
    assert is_gtin(number) is is_one
