"""Compares the table of working days with chinesecalendar (PyPI), a list kept by others from the same notices.

    python3 Tests/Independent/test_working_days.py      writes the table and the months that the Swift tests compare with

Two comparisons meet in the middle: this one says that the table and the months agree with chinesecalendar on every
day, the Swift test says that the product agrees with the months.
"""

import csv
import datetime
import re
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "Sources/Reference/Data/working-days.csv"
MONTHS = ROOT / "Tests/ReferenceTests/WorkedMonths.swift"
FIRST, LAST = 2019, max(day.year for day in holidays)
NAMES = {
    "New Year's Day": ("元旦", "New Year’s Day"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Tomb-Sweeping Day"),
    "Labour Day": ("劳动节", "Labour Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "National Day": ("国庆节", "National Day"),
    "Mid-autumn Festival": ("中秋节", "Mid-Autumn Festival"),
}


def days():
    day = datetime.date(FIRST, 1, 1)
    while day.year <= LAST:
        yield day
        day += datetime.timedelta(days=1)


def months():
    """`2026-10 0000000111…`, one digit a day, 1 where it is worked."""
    worked: dict[str, str] = {}
    for day in days():
        month = day.strftime("%Y-%m")
        worked[month] = worked.get(month, "") + ("1" if chinese_calendar.is_workday(day) else "0")
    return worked


def test_the_table_agrees_on_every_day():
    with TABLE.open(encoding="utf-8") as file:
        table = {row["day"]: row["kind"] for row in csv.DictReader(file)}
    wrong = []
    for day in days():
        kind = table.get(day.isoformat())
        is_workday = kind == "work" or (kind is None and day.weekday() < 5)
        if is_workday != chinese_calendar.is_workday(day):
            wrong.append(day)
    assert wrong == []


def test_the_table_has_every_year_that_is_announced():
    text = TABLE.read_text(encoding="utf-8")
    assert [year for year in range(FIRST, LAST + 1) if f"\n{year}-01-01,off" not in text] == []


def test_the_months_of_the_swift_tests_agree():
    written = dict(re.findall(r"^\s*(\d{4}-\d{2}) ([01]{28,31})$", MONTHS.read_text(encoding="utf-8"), re.MULTILINE))
    assert written == months()


def write():
    rows = [(day, "off", name) for day, name in holidays.items()] + [(day, "work", name) for day, name in workdays.items()]
    with TABLE.open("w", encoding="utf-8", newline="\n") as file:
        file.write("day,kind,chinese,english\n")
        for day, kind, name in sorted(rows):
            if day.year >= FIRST:
                file.write(f"{day},{kind},{','.join(NAMES[name])}\n")
    with MONTHS.open("w", encoding="utf-8", newline="\n") as file:
        file.write("/// Each day of each month, 1 where it is worked, by another's list. Written by\n")
        file.write("/// `Tests/Independent/test_working_days.py`, which also checks it.\n")
        file.write('let workedMonths = """\n')
        for month, digits in months().items():
            file.write(f"    {month} {digits}\n")
        file.write('    """\n')


if __name__ == "__main__":
    write()
