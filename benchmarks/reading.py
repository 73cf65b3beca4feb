"""How fast and how lean stock reports are read, beside a bare pass of lxml over the same bytes.

    python benchmarks/reading.py [lines]

Prints, for XML and JSON: the time of each reading (best of three), its ratio to the bare pass
of the same run, and the peak memory of a process that does nothing else. Nothing is asserted.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bring.reader import inspect, iter_report_lines, read_documents

LINES = 100_000
ROUNDS = 3

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<ns0:inventoryReportMessage xmlns:ns0="urn:gs1:ecom:inventory_report:xsd:3">
  <inventoryReport>
    <creationDateTime>2026-03-02T05:30:00</creationDateTime>
    <inventoryReportTypeCode>INVENTORY_STATUS</inventoryReportTypeCode>
    <reportingPeriod>
      <endDate>2026-03-02</endDate>
    </reportingPeriod>
"""
_ITEM = """    <inventoryItemLocationInformation>
      <inventoryLocation>
        <additionalPartyIdentification additionalPartyIdentificationTypeCode="88">BERGER</additionalPartyIdentification>
      </inventoryLocation>
      <transactionalTradeItem>
        <gtin>00000000000000</gtin>
        <additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode="BUYER_ASSIGNED">A-{number}</additionalTradeItemIdentification>
        <tradeItemQuantity measurementUnitCode="PCE">{quantity}</tradeItemQuantity>
      </transactionalTradeItem>
      <inventoryStatusLineItem>
        <lineItemNumber>{number}</lineItemNumber>
        <inventoryStatusQuantitySpecification>
          <inventoryStatusType>AVAILABLE_FOR_SALE</inventoryStatusType>
          <quantityOfUnits measurementUnitCode="STK">{quantity}</quantityOfUnits>
        </inventoryStatusQuantitySpecification>
      </inventoryStatusLineItem>
    </inventoryItemLocationInformation>
"""  # noqa: E501 (as a real report has it)
_TAIL = "  </inventoryReport>\n</ns0:inventoryReportMessage>\n"


def write_xml(path: Path, lines: int) -> None:
    """Write a stock report as Bring's sample has it, about 900 bytes a line."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(1, lines + 1):
            file.write(_ITEM.format(number=number, quantity=number % 97))
        file.write(_TAIL)


def write_json(path: Path, lines: int) -> None:
    """Write the same report in the style of Bring's pull samples."""
    head = '{"inventoryReportMessage": {"inventoryReport": {"creationDateTime": 1772425800000, '
    with path.open("w", encoding="utf-8") as file:
        file.write(head + '"inventoryReportTypeCode": "INVENTORY_STATUS", ')
        file.write('"reportingPeriod": {"endDate": "2026-03-02"}, ')
        file.write('"inventoryItemLocationInformation": [')
        for number in range(1, lines + 1):
            item = {
                "inventoryLocation": {
                    "additionalPartyIdentification": {
                        "value": "BERGER",
                        "additionalPartyIdentificationTypeCode": "88",
                    }
                },
                "transactionalTradeItem": {
                    "gtin": "00000000000000",
                    "additionalTradeItemIdentification": {
                        "value": f"A-{number}",
                        "additionalTradeItemIdentificationTypeCode": "BUYER_ASSIGNED",
                    },
                    "tradeItemQuantity": {
                        "value": number % 97,
                        "measurementUnitCode": "PCE",
                    },
                },
                "inventoryStatusLineItem": {
                    "lineItemNumber": number,
                    "inventoryStatusQuantitySpecification": {
                        "inventoryStatusType": "AVAILABLE_FOR_SALE",
                        "quantityOfUnits": {"value": number % 97, "measurementUnitCode": "STK"},
                    },
                },
            }
            file.write((",\n" if number > 1 else "") + json.dumps(item))
        file.write("]}}}\n")


def bare(content: bytes) -> None:
    """lxml's iterparse, an event for each element, cleared; nothing is read."""
    for _event, element in etree.iterparse(BytesIO(content)):
        element.clear()


def bare_items(content: bytes) -> None:
    """The same with an event for each item only: the least that lxml can do."""
    for _event, item in etree.iterparse(
        BytesIO(content), tag="{*}inventoryItemLocationInformation"
    ):
        item.clear()


def bare_json(content: bytes) -> None:
    json.loads(content)


def inspected(content: bytes) -> None:
    inspect(content)


def read(content: bytes) -> None:
    (reading,) = read_documents(content, None, "Europe/Oslo", report_lines=False)
    if reading.error:
        raise reading.error


def lines(content: bytes) -> None:
    for _line in iter_report_lines(content, None, "Europe/Oslo", 1):
        pass


TASKS: dict[str, dict[str, Callable[[bytes], None]]] = {
    "xml": {
        "bare iterparse, cleared": bare,
        "bare iterparse, items only": bare_items,
        "inspect": inspected,
        "read_documents": read,
        "iter_report_lines": lines,
    },
    "json": {
        "bare json.loads": bare_json,
        "inspect": inspected,
        "read_documents": read,
        "iter_report_lines": lines,
    },
}


def peak_memory() -> int:
    """The peak memory, in MB, of this process; ru_maxrss would hold its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure_peak(path: Path, format: str, task: str) -> int:
    """The peak memory, in MB, of a process that only does ``task``."""
    command = [sys.executable, __file__, "--peak", str(path), format, task]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def main() -> None:
    if sys.argv[1:2] == ["--peak"]:
        _flag, path, format, task = sys.argv[1:]
        TASKS[format][task](Path(path).read_bytes())
        print(peak_memory())
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as directory:
        for format, write in (("xml", write_xml), ("json", write_json)):
            path = Path(directory, f"report.{format}")
            write(path, count)
            content = path.read_bytes()
            print(f"{format}: {count:,} lines, {len(content) / 1e6:.1f} MB")
            best = dict.fromkeys(TASKS[format], float("inf"))
            for _round in range(ROUNDS):  # in turn, so that a busy moment hits all alike
                for name, task in TASKS[format].items():
                    start = time.perf_counter()
                    task(content)
                    best[name] = min(best[name], time.perf_counter() - start)
            first = next(iter(best.values()))
            for name, seconds in best.items():
                peak = measure_peak(path, format, name)
                print(f"  {name:28}{seconds * 1000:8.0f} ms{seconds / first:7.2f} ×{peak:7} MB")


if __name__ == "__main__":
    main()
