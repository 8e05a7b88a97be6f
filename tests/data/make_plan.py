#!/usr/bin/env python3
"""Plans from the grammar of the import file, with what the regulation makes of them.

make_plan.py --seed N --out FOLDER writes document.csv, tasks.csv and organisations.csv (or plan.xlsx), facts.csv, events.csv and
expected.csv. The expectations come from an oracle written from the text of the regulation and of the civil calendar:
it shares no code with tasks/, and it knows the meaning of a cell because it wrote the cell, not because it read it.
"""

import argparse
import calendar
import functools
import os
import random
import re
import zipfile
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)

# --- the oracle: the calendar -----------------------------------------------------------------------------------------

OFF = set()
for first, last in (
    ("2025-01-01", "2025-01-01"), ("2025-01-27", "2025-01-31"), ("2025-04-07", "2025-04-07"), ("2025-04-30", "2025-05-02"),
    ("2025-09-01", "2025-09-02"), ("2026-01-01", "2026-01-02"), ("2026-02-16", "2026-02-20"), ("2026-04-26", "2026-04-27"),
    ("2026-04-30", "2026-05-01"), ("2026-08-31", "2026-09-02"),
    # 2027 as far as the law fixes it.
    ("2027-01-01", "2027-01-01"), ("2027-02-05", "2027-02-05"), ("2027-02-08", "2027-02-10"), ("2027-04-16", "2027-04-16"),
    ("2027-04-30", "2027-04-30"), ("2027-05-01", "2027-05-01"), ("2027-05-03", "2027-05-03"), ("2027-09-02", "2027-09-02"),
):
    at = date.fromisoformat(first)
    while at <= date.fromisoformat(last):
        OFF.add(at)
        at += DAY
SWAPPED = {date(2025, 4, 26): 4, date(2026, 1, 10): 4, date(2026, 8, 22): 0}  # Saturday -> the weekday it stands for

HOURS_A = ((8 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))
SUMMER_B = ((7 * 60, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
WINTER_B = ((7 * 60 + 30, 12 * 60), (13 * 60, 16 * 60 + 30))


@functools.lru_cache(None)
def hours(day, body):
    weekday = SWAPPED.get(day, day.weekday())
    if day in OFF or weekday > 4:
        return ()
    if body == "A":
        return HOURS_A
    return SUMMER_B if (4, 16) <= (day.month, day.day) <= (10, 15) else WINTER_B


def works(day):
    return bool(hours(day, "A"))


def next_working(day):
    while not works(day):
        day += DAY
    return day


def working_days_on(day, count):
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not works(day):
            day += step
    return day


@functools.lru_cache(None)
def working_minutes_on(moment, minutes, body):
    """Minute by minute: slow, and hard to get wrong."""
    at = moment.replace(second=0)
    today, spans = None, ()
    while minutes:
        if at.date() != today:
            today, spans = at.date(), hours(at.date(), body)
        minute = at.hour * 60 + at.minute
        if any(a <= minute < b for a, b in spans):
            minutes -= 1
        at += timedelta(minutes=1)
    return at


def months_on(day, months):
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_month(day):
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def end_of(day):
    return datetime(day.year, day.month, day.day, 23, 59, 59)


def moved(moment):
    """O4: the end of the next working day, or the same hour of it."""
    day = next_working(moment.date())
    return datetime(day.year, day.month, day.day, moment.hour, moment.minute, moment.second)


# --- the oracle: the rules --------------------------------------------------------------------------------------------


def duration(start, end):
    for months, name in ((6, 4), (3, 3), (1, 2)):
        if end is None or end >= months_on(start, months):
            return name
    return 1


def milestones(start, end, kind):
    shares = {2: ((1, 2),), 3: ((1, 2), (3, 4))}.get(kind, ())
    days = (end - start).days if end else 0
    return [start + timedelta(days=-(-days * n // d)) for n, d in shares]


def updates_due(task):
    """(opens, due) of every update that must come, but for the result."""
    start, end, kind = task.begins, task.end, task.duration
    due = []
    for day in milestones(start, end, kind):
        opens = working_days_on(day, -5)
        due.append(("milestone", datetime(opens.year, opens.month, opens.day), moved(end_of(day))))
    if kind == 4 and not (task.rhythm and end is None):
        opens, day, first = datetime(start.year, start.month, start.day), end_of_month(start), True
        while day <= (end or (task.now.date() + timedelta(days=90))):
            if not (first and (day - start).days < 15):
                due.append(("cadence", opens, moved(end_of(day))))
                opens = due[-1][2] + timedelta(seconds=1)
                first = False
            day = end_of_month(day + DAY)
    return due


def outcome(task):
    last = task.due if task.state == "fixed" else None
    if task.completed:
        done = end_of(task.completed)
        return "done_on_time" if last is None or done <= last else "done_late"
    begun = bool(task.updates)
    if last is not None and task.now > last:
        return "not_done_overdue" if begun else "not_started_overdue"
    if not begun:
        return "not_started_in_time"
    behind = False
    if not task.waits:
        due = updates_due(task)
        opens = datetime(task.begins.year, task.begins.month, task.begins.day)
        for written in task.dates:
            due.append(("occurrence", opens, moved(written)))
            opens = due[-1][2] + timedelta(seconds=1)
        for _, opens, moment in due:
            if moment < task.now and not any(opens <= update <= moment for update in task.updates):
                behind = True
    return "in_progress_late" if behind else "in_progress_on_time"


# --- the generator ----------------------------------------------------------------------------------------------------

BODIES = ["hy.ubnd", "hy.cqd", "hy.btc", "hy.vp", "hy.h-an-thi", "hy.h-kim-dong"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TITLES = [
    "Xây dựng đề án", 'Rà soát "tổng thể", đánh giá', "ປະຕິບັດແຜນການ; ລາຍງານ", "រៀបចំផែនការ", "Tham mưu, trình Ban Thường vụ",
    "Two\nlines", " kept words ", "100% of 5; 6, 7",
]


class Task:
    pass


def some_day(draw, first, last):
    return first + timedelta(days=draw.randrange(max(0, (last - first).days) + 1))


def draw_deadline(draw, task, issued, events):
    """Sets cell, state, written, due and end of the task."""
    kind = draw.choice(["none", "day", "day", "day", "hour", "month", "quarter", "year", "event", "expected"])
    before = draw.random() < 0.25
    task.state, task.written, task.due, task.end = "none", None, None, None
    day = some_day(draw, max(issued, task.start or issued), date(2026, 11, 30))
    if kind == "none":
        task.cell = ""
        return
    if kind == "expected":
        task.cell, task.state, task.written = f"expected:{day}", "planned", end_of(day)
        task.end = day
        return
    if kind == "event":
        name = draw.choice(sorted(events))
        count, unit = draw.choice([(30, "d"), (45, "d"), (5, "wd"), (12, "wd"), (2, "m"), (1, "m"), (1, "y")])
        task.cell, task.state = f"+{count}{unit} after {name}", "open"
        happened = events[name]
        if happened is None:
            return
        end = {"d": lambda: happened + timedelta(days=count), "wd": lambda: working_days_on(happened, count),
               "m": lambda: months_on(happened, count), "y": lambda: months_on(happened, 12 * count)}[unit]()
        task.event_on, early = happened, timedelta(0)
        written = end_of(end)
    elif kind == "hour":
        at = datetime(day.year, day.month, day.day, draw.randrange(7, 18), draw.choice([0, 15, 30, 59]))
        task.cell, early, written = f"{at:%Y-%m-%dT%H:%M}", timedelta(seconds=before), at
    else:
        first = {"day": day, "month": day.replace(day=1), "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
                 "year": date(day.year, 1, 1)}[kind]
        task.cell = {"day": f"{first}", "month": f"{first:%Y-%m}", "quarter": f"{first.year}-Q{(first.month + 2) // 3}",
                     "year": f"{first.year}"}[kind]
        last = {"day": first, "month": end_of_month(first), "quarter": end_of_month(months_on(first, 2)),
                "year": date(first.year, 12, 31)}[kind]
        early, written = timedelta(0), end_of(first - DAY if before else last)
    if before and kind != "event":
        task.cell = "before:" + task.cell
    task.state, task.due, task.written = "fixed", moved(written) - early, written - early
    task.end = task.written.date()


def draw_recurrence(draw, task, issued):
    task.rhythm, task.dates = "", []
    if draw.random() > 0.3:
        return
    kind = draw.choice(["weekly", "weekly", "monthly", "quarterly", "half-yearly", "yearly"])
    hour = None
    if kind == "weekly":
        weekday = draw.randrange(7)
        task.rhythm = "weekly:" + WEEKDAYS[weekday]
        if draw.random() < 0.6:
            hour = draw.choice([(9, 0), (10, 0), (14, 30)])
            task.rhythm += f":{hour[0]:02}:{hour[1]:02}"
    elif kind == "monthly" and draw.random() < 0.5:
        number = draw.choice([1, 15, 25, 29, 30, 31])
        task.rhythm = f"monthly:{number}"
    else:
        task.rhythm = kind
    if task.state == "fixed" and task.end >= task.begins and draw.random() < 0.4:
        first, last = task.begins, task.end
    else:
        first = some_day(draw, issued, date(2026, 6, 30))
        last = some_day(draw, first, date(2026, 11, 30))
        task.rhythm += f" from {first} to {last}"
    day = first
    while day <= last:
        month_end = day == end_of_month(day)
        hit = {
            "weekly": kind == "weekly" and day.weekday() == weekday,
            "monthly": kind == "monthly"
            and (month_end if ":" not in task.rhythm.split()[0] else day.day == min(number, end_of_month(day).day)),
            "quarterly": month_end and day.month % 3 == 0,
            "half-yearly": month_end and day.month % 6 == 0,
            "yearly": month_end and day.month == 12,
        }[kind]
        if hit:
            task.dates.append(datetime(day.year, day.month, day.day, *hour) if hour else end_of(day))
        day += DAY


def draw_acts(draw, task, handed):
    task.confirmed, task.updates, task.completed = None, [], None
    if draw.random() < 0.6:
        task.confirmed = (handed + timedelta(minutes=draw.randrange(1, 4000))).replace(second=0)
    moment = handed
    while draw.random() < 0.7:
        moment += timedelta(minutes=draw.randrange(60, 60 * 24 * 40))
        if moment >= task.now:
            break
        task.updates.append(moment)
    if task.updates and draw.random() < 0.3:
        task.completed = some_day(draw, handed.date(), task.updates[-1].date())


def make(seed):
    draw = random.Random(seed)
    plan = Task()
    plan.body = draw.choice("AB")
    plan.issued = some_day(draw, date(2025, 1, 2), date(2026, 7, 1))
    plan.handed = datetime(plan.issued.year, plan.issued.month, plan.issued.day) + timedelta(minutes=draw.randrange(0, 6 * 1440))
    plan.now = plan.handed + timedelta(minutes=draw.randrange(0, 300 * 1440))
    plan.events = {"Nghị quyết có hiệu lực": None, "the law is in force": None}
    for name in plan.events:
        if draw.random() < 0.7:
            plan.events[name] = some_day(draw, plan.issued, date(2026, 8, 30))
    plan.tasks = []
    for number in range(draw.randrange(3, 14)):
        task = Task()
        task.now, task.event_on = plan.now, None
        task.ref = f"{draw.choice(['I', 'II', 'III.2', 'IV'])}.{number}.{draw.choice('abcdđe')}"
        task.title = draw.choice(TITLES)
        task.lead = draw.sample(BODIES, draw.choice([1, 1, 1, 2, 3]))
        task.coordinating = [b for b in draw.sample(BODIES, draw.randrange(3)) if b not in task.lead]
        task.start = some_day(draw, plan.issued, plan.issued + timedelta(days=60)) if draw.random() < 0.3 else None
        task.begins = task.start or plan.issued
        draw_deadline(draw, task, plan.issued, plan.events)
        if task.start is None and task.event_on:
            task.begins = task.event_on  # O1
        task.condition = draw.choice(["on request", "after Central guidance"]) if draw.random() < 0.15 else ""
        task.waits = bool(task.condition)
        draw_recurrence(draw, task, plan.issued)
        task.duration = duration(task.begins, task.end)
        if task.waits and task.state == "fixed":
            task.state, task.due = "planned", None
        task.acts = {}
        for lead in task.lead:
            draw_acts(draw, task, plan.handed)
            task.acts[lead] = (task.confirmed, task.updates, task.completed)
        plan.tasks.append(task)
    return plan


def expected_rows(plan):
    text = lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}" if moment else ""
    for task in plan.tasks:
        for lead in task.lead:
            task.confirmed, task.updates, task.completed = task.acts[lead]
            confirm = working_minutes_on(plan.handed, 240, plan.body)
            give_back = working_minutes_on(task.confirmed or confirm, 480, plan.body)
            row = [task.ref, lead, task.state, text(task.written), text(task.due), str(task.duration), text(confirm), text(give_back),
                   text(end_of(working_days_on(plan.issued, 3)))]
            if task.waits:
                row += ["", "", "", ""]
            else:
                due = [u for u in updates_due(task) if not task.completed or u[2] <= task.updates[-1]]
                row.append(" ".join(text(m) for kind, _, m in due if kind == "milestone"))
                row.append(" ".join(text(m) for kind, _, m in due if kind == "cadence" and m <= plan.now))
                dates = [(w, moved(w)) for w in task.dates]
                stop = next((i for i, d in enumerate(dates) if task.completed and d[1] > task.updates[-1]), len(dates))
                row.append(" ".join(f"{text(w)}>{text(m)}" for w, m in dates[:stop]))
                final = {1: 3, 2: 3, 3: 5, 4: 5}[task.duration]
                row.append(text(end_of(working_days_on(task.end, final))) if task.state == "fixed" else "")
            row.append(outcome(task))
            yield row


# --- writing it down --------------------------------------------------------------------------------------------------

DRESSES = {"plain": (",", "\n", ""), "excel": (";", "\r\n", "\ufeff"), "tab": ("\t", "\r\n", ""), "workbook": None}


def table(rows, dress):
    separator, line, mark = DRESSES[dress]

    def cell(value):
        quoted = any(c in value for c in ',;\t"\n') or value != value.strip()
        return '"' + value.replace('"', '""') + '"' if quoted else value

    return mark + "".join(separator.join(map(cell, row)) + line for row in rows)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "&#10;")


def workbook(tables, path):
    """Cells as spreadsheet programs keep them: dates and numbers as numbers, texts shared or in place, empty ones left out."""
    shared = []

    def cell(reference, value, number):
        day = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d))?", value)
        if day:
            serial = (date.fromisoformat(day.group(1)) - date(1899, 12, 30)).days
            if day.group(2):
                return f'<c r="{reference}" s="2"><v>{serial + (int(day.group(2)) * 60 + int(day.group(3))) / 1440!r}</v></c>'
            return f'<c r="{reference}" s="1" t="n"><v>{serial}</v></c>'
        if value.isdigit():
            return f'<c r="{reference}"><v>{value}</v></c>'
        if number % 2:
            return f'<c r="{reference}" t="inlineStr"><is><r><t xml:space="preserve">{escaped(value[:3])}</t></r><r><t xml:space="preserve">{escaped(value[3:])}</t></r></is></c>'
        shared.append(value)
        return f'<c r="{reference}" t="s"><v>{len(shared) - 1}</v></c>'

    def sheet(rows):
        out = []
        for number, row in enumerate(rows, 1):
            cells = [cell(f"{chr(65 + i)}{number}", value, number + i) for i, value in enumerate(row) if value]
            out.append(f'<row r="{number}">{"".join(cells)}</row>')
        return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(out)}</sheetData></worksheet>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        names = sorted(tables)
        sheets = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1))
        relations = "".join(f'<Relationship Id="rId{i}" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(names) + 1))
        for i, name in enumerate(names, 1):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", sheet(tables[name]))
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
                         'formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
                         '<xf numFmtId="164"/></cellXfs></styleSheet>')
        texts = "".join(f'<si><t xml:space="preserve">{escaped(text)}</t></si>' for text in shared)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')


MAIN = "urn:of:the:sheet"
RELATIONS = "urn:of:relations"


def write(plan, folder, dress):
    os.makedirs(folder, exist_ok=True)

    def put(name, content):
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            file.write(content)

    tables = {
        "document.csv": [
            ["field", "value"], ["name", "Kế hoạch"], ["number", "406"], ["symbol", "KH/TU"], ["kind", "plan"],
            ["issued_on", str(plan.issued)], ["issued_by", "hy.tu"], ["assigning_body", "hy.tu"], ["follow_up_body", "hy.vp"],
            ["confidentiality", "normal"], ["summary", ""]],
        "organisations.csv": [["id", "name_vi", "name_en", "kind", "parent"], ["hy.tu", "Tỉnh ủy", "", "assigning", ""]] +
        [[b, b, "", "implementing", "hy.tu"] for b in BODIES],
        "tasks.csv": [["ref", "title", "lead", "coordinating", "start", "deadline", "recurrence", "condition", "priority", "scope"]] +
        [[t.ref, t.title, " ".join(t.lead), " ".join(t.coordinating), str(t.start or ""), t.cell, t.rhythm, t.condition, "normal",
          "province"] for t in plan.tasks],
    }
    if dress == "workbook":
        workbook(tables, os.path.join(folder, "plan.xlsx"))
    else:
        for name, rows in tables.items():
            put(name, table(rows, dress))
    put("events.csv", "".join(f"{name}\t{day}\n" for name, day in plan.events.items() if day))
    text = lambda moment: f"{moment:%Y-%m-%dT%H:%M}" if moment else ""
    facts = [f"{plan.body}\t{text(plan.handed)}\t{text(plan.now)}"]
    for task in plan.tasks:
        for lead in task.lead:
            confirmed, updates, completed = task.acts[lead]
            facts.append("\t".join([task.ref, lead, text(confirmed), " ".join(map(text, updates)), str(completed or "")]))
    put("facts.csv", "\n".join(facts) + "\n")
    put("expected.csv", "".join("\t".join(row) + "\n" for row in expected_rows(plan)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--dress", choices=sorted(DRESSES), default="plain")
    options = parser.parse_args()
    write(make(options.seed), options.out, options.dress)


if __name__ == "__main__":
    main()
