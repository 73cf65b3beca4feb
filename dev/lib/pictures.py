"""dev/pictures: take the pictures of static/description/ anew, so that they stay true.

    dev/pictures [names]

The demo data and a day of the simulator's messages, in a real browser. What is in a picture is in
`dev/pictures.json`: where to go, what to wait for, what to click.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

import database
import show
from browser import ensure_browser
from console import Missing, say
from environment import ROOT, find_odoo, lock
from postgres import postgres
from server import free_port

NAME = "bring_pictures"
FOLDER = ROOT / "static" / "description"
WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 20_000  # ms


def main(arguments: list[str]) -> int:
    """Take the pictures that are named, or all; return 0."""
    wanted = json.loads((ROOT / "dev/pictures.json").read_text())
    parser = argparse.ArgumentParser(prog="dev/pictures", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(wanted)}; default: all")
    names = parser.parse_args(arguments).names or list(wanted)
    if unknown := set(names) - wanted.keys():
        parser.error(f"no picture is named {', '.join(sorted(unknown))}")
    with postgres(), lock("pictures"):
        odoo = find_odoo()
        show.prepare(odoo, NAME, fresh=True)
        try:
            port = free_port()
            url = f"http://localhost:{port}"
            with show.serving(odoo, NAME, port):
                show.push_day(odoo, NAME, url)
                take(url, {name: wanted[name] for name in names})
        finally:
            database.drop(NAME)
    return 0


def take(url: str, wanted: dict[str, dict]) -> None:
    """Log in once, and take each picture.

    :raise Missing: when there is no browser, or a picture's page is not as it should be
    """
    browser_path = ensure_browser()
    if not browser_path:
        raise Missing("Pictures need Chromium or Chrome.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=WIDE)
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", "admin")
        page.fill("input[name=password]", "admin")
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar", timeout=6 * PATIENCE)
        for name, steps in wanted.items():
            say(name)
            try:
                one(page, url, name, steps)
            except TooLate as error:
                raise Missing(f"The picture {name}: {error}") from error
        browser.close()


def one(page: Page, url: str, name: str, steps: dict) -> None:
    """Take one picture: go there, wait, click, and wait again."""
    page.set_viewport_size(PHONE if steps.get("phone") else WIDE)
    page.goto(url + steps["path"])
    for selector in as_list(steps.get("wait")):
        page.wait_for_selector(selector, timeout=PATIENCE)
    for selector in as_list(steps.get("click")):
        page.click(selector, timeout=PATIENCE)
        page.wait_for_timeout(1500)
    page.wait_for_timeout(1500)  # what still moves
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")


def as_list(value: str | list[str] | None) -> Iterable[str]:
    return [value] if isinstance(value, str) else value or []
