"""What dev/test reads out of Odoo's log."""

from __future__ import annotations

from odoo_log import OdooLog, records

AT = "2026-11-25 04:03:28,215 8842"
TESTS = "odoo.addons.bring_warehousing.tests.test_a"


def read(*lines: str) -> OdooLog:
    log = OdooLog()
    for record in records(f"{line}\n" for line in lines):
        log.read(record)
    return log


def test_a_test_that_only_starts_has_passed() -> None:
    log = read(f"{AT} INFO db {TESTS}: Starting TestA.test_good ... ")
    assert (log.passed, log.failed, log.faults) == (1, set(), [])


def test_failures_and_errors_are_counted_once_each_and_are_no_faults() -> None:
    log = read(
        f"{AT} INFO db {TESTS}: Starting TestA.test_bad ... ",
        f"{AT} ERROR db {TESTS}: FAIL: TestA.test_bad",
        "Traceback (most recent call last):",
        "AssertionError: 1 != 2",
        f"{AT} INFO db {TESTS}: Starting TestA.test_sub ... ",
        f"{AT} ERROR db {TESTS}: FAIL: Subtest TestA.test_sub (i=1)",
        f"{AT} ERROR db {TESTS}: ERROR: Subtest TestA.test_sub (i=2)",
        f"{AT} ERROR db odoo.modules.loading: Module bring_warehousing: 3 failures, 0 errors of 2 "
        "tests ",
    )
    assert log.passed == 0
    assert log.failed == {(TESTS, "TestA.test_bad"), (TESTS, "TestA.test_sub")}
    assert log.faults == []


def test_a_class_that_cannot_be_set_up_is_one_failure() -> None:
    log = read(
        f"{AT} ERROR db odoo.tests.suite: ERROR: setUpClass ({TESTS}.TestB)",
        "Traceback (most recent call last):",
    )
    assert (log.passed, len(log.failed), log.faults) == (0, 1, [])


def test_skipped_tests_neither_pass_nor_fail() -> None:
    log = read(
        f"{AT} INFO db {TESTS}: Starting TestA.test_later ... ",
        f"{AT} INFO db {TESTS}: skipped TestA.test_later : no browser ",
    )
    assert (log.passed, log.failed) == (0, set())
    assert log.skipped == {(TESTS, "TestA.test_later"): "no browser"}


def test_a_machine_without_a_browser_is_no_fault() -> None:
    log = OdooLog(expected=("Chrome executable not found",))
    for level in ("WARNING", "ERROR"):
        log.read([f"{AT} {level} db {TESTS}.TestTour.test_tour: Chrome executable not found "])
        log.read([f"{AT} {level} db {TESTS}.TestTour.test_tour: Chrome executable is broken "])
    assert len(log.faults) == 2


def test_a_warning_of_our_code_is_a_fault_with_all_its_lines() -> None:
    log = read(
        f"{AT} WARNING db odoo.addons.bring_warehousing.models.bring_account: careful",
        "line two",
        f"{AT} INFO db odoo.addons.bring_warehousing.models.bring_account: fine",
    )
    (fault,) = log.faults
    assert fault.endswith("careful\nline two")


def test_a_warning_of_odoo_that_speaks_of_our_models_is_a_fault() -> None:
    said = "WARNING bring_db odoo.fields: bring.message.state: unknown parameter 'index2'"
    assert len(read(f"{AT} {said}").faults) == 1


def test_other_warnings_and_a_browser_s_console_are_not_ours() -> None:
    log = read(
        f"{AT} WARNING bring_test_1 odoo.addons.sale.models.sale_order: not ours",
        f"{AT} ERROR bring_test_1 {TESTS}.TestHttp.test_tour.browser: Failed to fetch",
    )
    assert log.faults == []


def test_odoo_s_last_words_end_the_run() -> None:
    words = "0 failed, 0 error(s) of 9 tests when loading database 'bring_test_1' "
    assert read(f"{AT} INFO bring_test_1 odoo.tests.result: {words}").finished
    assert not read(f"{AT} INFO bring_test_1 odoo.service.server: Stopping").finished
