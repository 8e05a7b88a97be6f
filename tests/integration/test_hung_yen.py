"""Plan 406-KH/TU of Hung Yen at the finished programs: its tasks, the dates of the Wednesday relay, and what was not met
(R26). The hub's clock stands at the hand-over first, and at the end of the year then."""
import datetime
import unittest

from tram import HANOI, OfficeCase, story_time

HANDED_OVER = datetime.datetime(2025, 4, 8, 8, 30, tzinfo=HANOI)
YEAR_IS_OVER = datetime.datetime(2025, 12, 31, 12, 0, tzinfo=HANOI)
RELAY_HOURS = {"10:00", "14:00", "15:00"}


class HungYen(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office(story_time(HANDED_OVER), serve=False)
        cls.loaded = cls.office.load_plan()
        cls.at_once = cls.hub.tasks()
        cls.hub.environment.update(story_time(YEAR_IS_OVER))
        cls.tasks = cls.hub.tasks()
        cls.details = {t["ref"]: cls.hub.run("task", "show", t["ref"])["task"] for t in cls.tasks}
        cls.relays = [t for t in cls.details.values() if (t["recurrence"] or "").startswith("weekly:wed:")]

    def test_it_has_44_tasks_and_86_assignments(self):
        self.assertEqual((self.loaded["tasks"], self.loaded["assignments"]), (44, 86))
        self.assertEqual((len(self.tasks), sum(len(t["assignments"]) for t in self.tasks)), (44, 86))

    def test_each_wednesday_relay_has_29_dated_occurrences(self):
        self.assertEqual({t["recurrence"].split(" ")[0].removeprefix("weekly:wed:") for t in self.relays}, RELAY_HOURS)
        wednesdays = [datetime.date(2025, 4, 16) + datetime.timedelta(weeks=n) for n in range(29)]
        self.assertEqual(wednesdays[-1], datetime.date(2025, 10, 29))
        for task in self.relays:
            hour = task["recurrence"].split(" ")[0].removeprefix("weekly:wed:")
            self.assertEqual([o["written"] for o in task["occurrences"]],
                             [f"{day}T{hour}:00+07:00" for day in wednesdays], task["ref"])

    def test_the_relay_says_whose_step_is_missing(self):
        days = self.hub.run("relay", "list", "406-KH/TU")["items"]
        self.assertEqual(len(days), 29)
        leads = {t["recurrence"].split(" ")[0].removeprefix("weekly:wed:"): t["lead"][0]["org"] for t in self.relays}
        for day in days:
            self.assertEqual([s["org"] for s in day["steps"]], [leads[hour] for hour in sorted(leads)])
            self.assertEqual({s["state"] for s in day["steps"]}, {"missing"})
            self.assertEqual(day["missing"], leads["10:00"])
            self.assertGreater(day["steps"][0]["late_s"], day["steps"][-1]["late_s"])
        self.assertEqual(self.hub.refusal("relay", "list", "999"), "unknown_document")

    def test_the_date_on_a_holiday_falls_due_on_the_next_working_day_with_the_written_date_beside_it(self):
        for task in self.relays:
            for one in task["occurrences"]:
                if one["written"].startswith("2025-04-30"):
                    # 30/4 and 1/5 by law, 2/5 swapped, then a weekend (O25).
                    self.assertEqual(one["due"], one["written"].replace("2025-04-30", "2025-05-05"), task["ref"])
                else:
                    self.assertEqual(one["due"], one["written"], task["ref"])

    def test_what_was_not_met_needs_a_notice_of_difficulty(self):
        for task in self.relays:
            self.assertEqual({o["standing"] for o in task["occurrences"]}, {"missed"}, task["ref"])
        notices = [o for t in self.details.values() for a in t["assignments"] for o in a["obligations"]
                   if o["rule"] == "R26"]
        # 32 assignments with a term, three relays of 29 dates, eight monthly updates of III.4.1.
        self.assertEqual(len(notices), 32 + 3 * 29 + 8)
        self.assertEqual({o["standing"] for o in notices}, {"missed"})
        self.assertEqual(sum(a["open_notices"] for t in self.tasks for a in t["assignments"]), len(notices))
        self.assertEqual(sum(a["open_notices"] for t in self.at_once for a in t["assignments"]), 0)

    def test_the_class_of_r6_follows_the_clock(self):
        def classes(tasks):
            return {a["outcome"] for t in tasks for a in t["assignments"]}
        self.assertEqual(classes(self.at_once), {"not_started_in_time"})
        self.assertEqual(classes(self.tasks), {"not_started_in_time", "not_started_overdue"})
        overdue = [a for t in self.tasks for a in t["assignments"] if a["outcome"] == "not_started_overdue"]
        self.assertEqual(len(overdue), 32)
        self.assertTrue(all(a["deadline"] for a in overdue))

    def test_a_deadline_on_a_day_off_moves_and_its_written_date_stays(self):
        for assignment in self.details["II.4"]["assignments"]:  # Sunday 31/8, and 1/9 and 2/9 are off
            self.assertEqual(assignment["deadline_written"], "2025-08-31")
            self.assertEqual(assignment["deadline"], "2025-09-03T23:59:59+07:00")

    def test_what_waits_is_not_overdue(self):
        waiting = [a for t in self.tasks for a in t["assignments"] if a["waiting_for"]]
        self.assertEqual(len(waiting), 33)
        self.assertEqual({a["outcome"] for a in waiting}, {"not_started_in_time"})
        self.assertEqual({a["open_notices"] for a in waiting}, {0})
