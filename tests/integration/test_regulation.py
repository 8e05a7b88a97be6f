"""What the office settles, at the finished programs: policy, criteria and calendars as signed entries that sites hold too;
a bad file is refused by row and column and changes nothing."""
import datetime
import unittest

from tram import HANOI, OfficeCase, story_time

SITE = "hy.ubnd"
HANDED_OVER = datetime.datetime(2025, 4, 8, 8, 30, tzinfo=HANOI)
AUTUMN = datetime.datetime(2025, 9, 15, 9, 0, tzinfo=HANOI)
BODY_CALENDAR = """tram-calendar\t1
id\thy.ubnd
version\t1
valid-from\t2025-01-01
owner\tbody\thy.ubnd
source\tThông báo 12
off\t2025-06-30\t\tNgày nghỉ của cơ quan
"""


class WhatTheOfficeSettles(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office(story_time(HANDED_OVER), serve=False)
        cls.office.load_plan()

    def file(self, name, text):
        path = self.office.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def settle(self, what, text, **how):
        return self.hub.run(what, "import", self.file(f"{what}.csv", text), second="second", **how)

    def at(self, moment, *stations):
        for station in stations:
            station.environment.update(story_time(moment))
            self.addCleanup(station.environment.update, story_time(HANDED_OVER))

    def moved(self, station, ref, organisation):
        task = station.run("task", "show", ref)["task"]
        return next(a["moved"] for a in task["assignments"] if a["org"] == organisation)

    def deadline(self, station, ref, organisation):
        return station.assignment(ref, organisation)["deadline"]

    def test_init_writes_the_first_versions(self):
        self.assertEqual([p["version"] for p in self.hub.run("policy", "list")["items"]][0], 1)
        self.assertEqual([c["version"] for c in self.hub.run("criteria", "list")["items"]][0], 1)
        nations = {c["id"] for c in self.hub.run("calendar", "list")["items"] if c["owner"] == "nation"}
        self.assertEqual(nations, {"vn", "la", "kh"})

    def test_a_policy_counts_from_its_day_on_at_hub_and_site(self):
        node = self.office.enrolled_node(SITE)
        text = "setting,value\nvalid-from,2025-09-01\ndeadline.day_off,written-day\nsource,QĐ 12\n"
        self.assertEqual(self.hub.refusal("policy", "import", self.file("p.csv", text)), "second_person")
        done = self.settle("policy", text)
        self.assertEqual((done["added"], done["version"], done["changed"]), (1, 2, ["source", "deadline.day_off"]))
        self.assertEqual(self.settle("policy", text)["added"], 0, "the same file twice changes nothing")
        self.office.carry(self.hub, node, SITE)
        moved = "2025-05-05T23:59:59+07:00"  # III.2.1.d is due on 2 May, a day off
        for station in (self.hub, node):
            self.assertEqual(self.deadline(station, "III.2.1.d", SITE), moved, "not before its day")
            self.assertEqual([m for m in self.moved(station, "III.2.1.d", SITE) if m["because"] == "policy"], [])
        self.at(AUTUMN, self.hub, node)
        for station in (self.hub, node):
            self.assertEqual(self.deadline(station, "III.2.1.d", SITE), "2025-05-02T23:59:59+07:00")
            # R46: what the new version moved says so, with both moments; what others keep says nothing.
            entry = next(m for m in self.moved(station, "III.2.1.a", SITE) if m["because"] == "policy")
            self.assertEqual((entry["from_version"], entry["to_version"]), (1, 2))
            self.assertNotEqual(entry["old_due"], entry["new_due"])

    def test_a_body_keeps_its_own_calendar(self):
        before = self.deadline(self.hub, "III.2.1.g", SITE)
        self.assertEqual(before, "2025-06-30T23:59:59+07:00")
        done = self.hub.run("calendar", "import", self.file("hy.calendar", BODY_CALENDAR))
        self.assertEqual((done["added"], done["id"]), (1, "hy.ubnd"))
        self.assertEqual(self.hub.run("calendar", "import", self.file("hy.calendar", BODY_CALENDAR))["unchanged"], 1)
        self.assertEqual(self.deadline(self.hub, "III.2.1.g", SITE), "2025-07-01T23:59:59+07:00")
        self.assertEqual(self.deadline(self.hub, "II.3", "hy.btc"), "2025-06-30T23:59:59+07:00", "others keep theirs")

    def test_a_body_may_keep_another_nations_calendar(self):
        self.assertEqual(self.hub.refusal("calendar", "choose", "hy.btgdv", "th"), "unknown_calendar")
        self.assertEqual(self.hub.refusal("calendar", "choose", "hy.nobody", "la"), "unknown_body")
        self.hub.run("calendar", "choose", "hy.tbdh", "la")
        self.at(datetime.datetime(2027, 11, 2, 9, 0, tzinfo=HANOI), self.hub)
        missing = {w["year"]: w["bodies"] for w in self.hub.run("task", "list")["warnings"]}
        self.assertNotIn("hy.tbdh", missing[2027], "Laos has made 2027 known, Viet Nam has not yet")
        self.assertIn("hy.tbdh", missing[2028])

    def test_a_missing_year_is_told_from_november_on(self):
        def told():
            return sorted(a["message"] for a in self.hub.run("status")["alerts"] if a["code"] == "calendar_year_missing")
        self.at(datetime.datetime(2026, 10, 31, 9, 0, tzinfo=HANOI), self.hub)
        self.assertEqual(told(), [])
        self.at(datetime.datetime(2026, 11, 1, 9, 0, tzinfo=HANOI), self.hub)
        self.assertEqual(told(), ["2027"])
        warning = self.hub.run("task", "list")["warnings"][0]
        self.assertEqual((warning["code"], warning["year"]), ("calendar_year_missing", 2027))

    def test_bad_files_are_named_and_change_nothing(self):
        backwards = "setting,value\nwarn.soon.days,5\nvalid-from,2025-04-08\n"
        bad = {
            ("policy", "setting,value\nvalid-from,2026-01-01\nwarn.soon.days,five\n"): ("bad_policy", "row 3, column value"),
            ("policy", "setting,value\nwarn.late,5\n"): ("unknown_column", "row 2, column setting"),
            ("policy", backwards): ("bad_policy", "row 3, column value"),
            ("criteria", "setting,value\nweight.done,9999\n"): ("bad_criteria", "column value"),
            ("criteria", "setting,value\nweight.done,10000\nweight.mood,1\n"): ("unknown_column", "row 3, column setting"),
        }
        before = self.hub.run("policy", "list"), self.hub.run("criteria", "list"), self.hub.run("calendar", "list")
        for (what, text), (code, place) in bad.items():
            error = self.settle(what, text, expect=3)["error"]
            self.assertEqual(error["code"], code, text)
            self.assertIn(place, error["message"])
        for text, code, place in ((BODY_CALENDAR.replace("hy.ubnd", "hy.nobody"), "unknown_body", "row 5, column owner"),
                                  (BODY_CALENDAR.replace("06-30", "06-31"), "bad_calendar", "row 7, column off"),
                                  (BODY_CALENDAR.replace("version\t1", "version\t9"), "bad_calendar", "column version")):
            error = self.hub.run("calendar", "import", self.file("bad.calendar", text), expect=3)["error"]
            self.assertEqual(error["code"], code, text)
            self.assertIn(place, error["message"])
        after = self.hub.run("policy", "list"), self.hub.run("criteria", "list"), self.hub.run("calendar", "list")
        self.assertEqual(after, before)

    def test_criteria_are_published_from_a_day_on(self):
        done = self.settle("criteria", "setting,value\nvalid-from,2025-07-01\nweight.done_on_time,10000\nsource,HD 3\n")
        self.assertEqual((done["added"], done["version"], done["valid_from"]), (1, 2, "2025-07-01"))

    def test_the_last_a_new_version_moves_open_obligations_and_says_from_where_to_where(self):
        later = BODY_CALENDAR.replace("version\t1", "version\t2") + "off\t2025-05-05\t\tNgày nghỉ bù\n"
        done = self.hub.run("calendar", "import", self.file("hy2.calendar", later))
        self.assertEqual((done["changed"], done["version"]), (1, 2))
        moved = {(m["about"], m["kind"]): (m["old_due"], m["new_due"]) for m in done["moved"]}
        self.assertEqual({m["org"] for m in done["moved"]}, {SITE}, "nobody else's")
        # The monthly update of an open term: 30 April is a holiday, 5 May was the next working day.
        self.assertEqual(moved["406-KH/TU:III.2.1.a", "cadence"],
                         ("2025-05-05T23:59:59+07:00", "2025-05-06T23:59:59+07:00"))
        left = [m for m in self.moved(self.hub, "III.2.1.a", SITE) if m["because"] == "hy.ubnd" and m["to_version"] == 2]
        self.assertIn(("cadence", "2025-05-05T23:59:59+07:00", "2025-05-06T23:59:59+07:00"),
                      [(m["kind"], m["old_due"], m["new_due"]) for m in left])
        self.assertEqual([m for m in self.moved(self.hub, "II.3", "hy.btc") if m["because"] == "hy.ubnd"], [])
