"""Warnings reach the person who can act, before it is too late, and nobody is flooded (R36)."""
import datetime
import unittest

from tram import HANOI, OfficeCase, story_time

SITE = "hy.ubnd"


def on(day, hour, minute=0):
    return datetime.datetime(2025, 4, day, hour, minute, tzinfo=HANOI)


class Warnings(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office(story_time(on(8, 8, 30)), serve=False)
        cls.node = cls.office.enrolled_node(SITE)
        cls.office.load_plan()
        cls.office.carry(cls.hub, cls.node, SITE)

    def listed(self, station, moment, user=None, *words):
        station.environment.update(story_time(moment))
        return station.run("warnings", *(words or ("list", "--all")), user=user)

    def test_1_nothing_presses_at_the_hand_over(self):
        found = self.listed(self.node, on(8, 8, 40))
        self.assertEqual({i["kind"] for i in found["items"]} - {"report"}, set())

    def test_2_a_limit_in_hours_warns_its_operator_two_working_hours_before(self):
        # 08:30 and 4 working hours: 14:00, for 23 assignments of this body.
        mine = len(self.node.tasks(SITE))
        before = self.listed(self.node, on(8, 10, 25), "an")
        self.assertEqual([i for i in before["items"] if i["kind"] == "confirmation"], [])
        soon = [i for i in self.listed(self.node, on(8, 10, 40), "an")["items"] if i["kind"] == "confirmation"]
        self.assertEqual(len(soon), mine)
        self.assertEqual({(i["rule"], i["urgency"], i["recipient"], i["org"]) for i in soon},
                         {("R12", "soon", "operator", SITE)})
        approver = self.listed(self.node, on(8, 10, 40), "binh")
        self.assertEqual(approver["items"], [], "who cannot act is not warned")

    def test_3_who_confirmed_is_left_in_peace_and_the_rest_is_overdue(self):
        self.node.environment.update(story_time(on(8, 11)))
        self.node.run("task", "receive", "III.2.1.c", user="an")
        late = [i for i in self.listed(self.node, on(8, 14, 5), "an")["items"] if i["kind"] == "confirmation"]
        self.assertEqual(len(late), len(self.node.tasks(SITE)) - 1)
        self.assertEqual({i["urgency"] for i in late}, {"overdue"})
        self.assertNotIn("406-KH/TU:III.2.1.c", {i["about"] for i in late})
        self.assertGreaterEqual(self.node.run("status")["warnings"], len(late))

    def test_4_a_draft_that_waits_warns_the_approver(self):
        # III.2.1.c ends on 1 May, and its result may follow until the 7th: three working days from 29 April.
        self.node.environment.update(story_time(on(29, 7)))
        self.node.run("task", "update", "III.2.1.c", "--progress", "20", "--state", "started", "--note", "x", user="an")
        found = [i for i in self.listed(self.node, on(29, 7, 5), "binh")["items"] if i["about"].endswith("III.2.1.c")]
        self.assertIn("R14", {i["rule"] for i in found})
        self.assertEqual({i["recipient"] for i in found}, {"approver"})

    def test_5_the_digest_of_a_day_stays_and_is_short(self):
        first = self.listed(self.node, on(29, 8), "an", "digest")
        self.assertEqual((first["date"], first["person"]), ("2025-04-29", "an"))
        self.assertTrue(0 < len(first["items"]) <= 20)
        self.assertEqual(first["more"], first["overdue"] + first["due"] + first["soon"] - len(first["items"]))
        self.assertEqual(self.listed(self.node, on(29, 17), "an", "digest"), first)
        self.assertEqual(self.listed(self.node, on(30, 8), "an", "digest")["date"], "2025-04-30")

    def test_6_the_hub_hears_of_its_own_reports(self):
        self.hub.environment.update(story_time(on(22, 9)))
        kinds = {(i["kind"], i["about"], i["urgency"]) for i in self.hub.run("warnings", "list", "--all")["items"]}
        self.assertIn(("office_report", "month 2025-04", "soon"), kinds)
        self.assertEqual({k for k, _, _ in kinds} - {"office_report", "answer", "loading", "assessment"}, set())
        self.assertGreater(self.hub.run("status")["warnings"], 0)
