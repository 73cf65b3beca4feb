"""What was asked of Bring, as documents: stock balances."""

import tracemalloc

import pytest

from bring.errors import BrokenAnswer
from bring.pulled import BALANCES, iter_balance_lines, read_pulled

TZ = "Europe/Oslo"


def answer(count: int, *, time: str = "", physical: int = 5, tail: str = "") -> bytes:
    """Return an answer with so many balances, ending with ``tail`` or as it should."""
    head = f"<ResponseProperties><DateAndTimes>{time}</DateAndTimes></ResponseProperties>"
    rows = "".join(
        f"<ArticleBalance><ArticleNumber>A-{number}</ArticleNumber><ArticleName>x</ArticleName>"
        f"<PhysicalBalance>{physical}</PhysicalBalance><AllocatedBalance>0</AllocatedBalance>"
        "<InOrderBalance>0</InOrderBalance><FreeBalance>1</FreeBalance></ArticleBalance>"
        for number in range(count)
    )
    end = tail or "</ArticleBalanceSet></GetArticleBalanceResponse>"
    return (
        f"<GetArticleBalanceResponse>{head if time else ''}<ArticleBalanceSet>{rows}{end}"
    ).encode()


def reading(content: bytes, **options: bool):
    (found,) = read_pulled(BALANCES, content, "application/xml", TZ, **options)
    return found


def test_balances_are_a_stock_report_as_of_the_answer() -> None:
    found = reading(answer(3, time="2026-03-02T09:15:30+01:00"))
    report = found.document
    assert (report.type, report.line_count, len(report.lines)) == ("status", 3, 3)
    assert report.event.end.isoformat() == "2026-03-02T08:15:30+00:00"
    assert (report.lines[2].article.own, report.lines[2].quantity.value) == ("A-2", 5)


def test_lines_are_left_out_where_nobody_wants_them() -> None:
    content = answer(3, time="2026-03-02T09:15:30+01:00")
    with_lines, without = reading(content), reading(content, report_lines=False)
    assert (without.document.line_count, without.document.lines) == (3, ())
    assert without.digest == with_lines.digest


def test_two_answers_without_a_time_are_two() -> None:
    assert reading(answer(2)).digest == reading(answer(2)).digest
    assert reading(answer(2)).digest != reading(answer(2, physical=6)).digest


def test_what_breaks_at_the_end_is_told_at_the_end() -> None:
    broken = answer(3, tail="</ArticleBalanceSet>")
    lines = iter_balance_lines(broken, "application/xml", TZ)
    with pytest.raises(BrokenAnswer, match="can't be read"):
        list(lines)
    with pytest.raises(BrokenAnswer):
        reading(broken, report_lines=False)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_balances() -> None:
    def peak(count: int) -> int:
        content = answer(count, time="2026-03-02T09:15:30+01:00")
        tracemalloc.start()
        try:
            reading(content, report_lines=False)
            for _line in iter_balance_lines(content, "application/xml", TZ):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < 1.5 * peak(2_000) + 1_000_000
