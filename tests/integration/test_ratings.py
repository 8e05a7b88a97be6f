"""Ratings of a period from the store, published once, ranked, corrected only with a reason, and as files (R31-R35)."""
import csv
import datetime
import json
import unittest

from tram import HANOI, OfficeCase, story_time

HANDED_OVER = datetime.datetime(2025, 4, 8, 8, 30, tzinfo=HANOI)
SITE = "hy.ubnd"


def day(month, of_month):
    return datetime.datetime(2025, month, of_month, 9, 0, tzinfo=HANOI)


class Ratings(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office(story_time(HANDED_OVER), serve=False)
        cls.node = cls.office.enrolled_node(SITE)
        cls.office.load_plan()
        cls.office.carry(cls.hub, cls.node, SITE)
        for task in cls.node.tasks(SITE):
            cls.node.run("task", "receive", task["ref"], user="an")
        cls.at(day(4, 28), cls.node)
        done = cls.node.run("task", "update", "III.2.1.c", "--progress", "100", "--state", "done", "--note", "xong",
                            user="an")
        cls.node.run("task", "approve", done["id"], user="binh")
        cls.at(day(4, 29), cls.hub)
        cls.office.carry(cls.node, cls.hub)

    @classmethod
    def at(cls, moment, *stations):
        for station in stations:
            station.environment.update(story_time(moment))

    def rated(self, *words):
        return self.hub.run("rating", "compute", "--period", "2025-Q2", *words)

    def test_1_while_the_period_runs_nothing_is_published(self):
        self.at(day(6, 1), self.hub)
        self.assertEqual(self.hub.refusal("ranking", "--period", "2025-Q2", exit_code=5), "not_rated")
        running = self.rated()
        self.assertEqual((running["published"], running["added"]), (False, 0))
        self.assertGreater(len(running["ratings"]), 0)
        self.assertEqual(self.hub.refusal("ranking", "--period", "2025-Q2", exit_code=5), "not_rated")

    def test_2_after_it_every_body_with_tasks_is_rated_once(self):
        self.at(day(7, 21), self.hub)
        first = self.rated("--out", self.office.folder / "q2.csv")
        self.assertTrue(first["published"])
        by_body = {r["body"]: r for r in first["ratings"]}
        self.assertEqual(first["added"], len(by_body))
        self.assertEqual(by_body[SITE]["figures"]["confirmed_in_time"]["met"],
                         by_body[SITE]["figures"]["confirmed_in_time"]["of"])
        self.assertEqual(by_body["hy.btc"]["figures"]["confirmed_in_time"]["met"], 0)
        self.assertIn("406-KH/TU:II.3", by_body["hy.btc"]["figures"]["done"]["not_met"], "it opens down to the tasks")
        self.assertNotIn("406-KH/TU:III.2.1.c", by_body[SITE]["figures"]["done_on_time"]["not_met"])
        again = self.rated()
        self.assertEqual((again["added"], again["unchanged"]), (0, len(by_body)))
        rows = list(csv.DictReader((self.office.folder / "q2.csv").read_text(encoding="utf-8").splitlines()))
        self.assertEqual({r["body"] for r in rows}, set(by_body))

    def test_3_the_ranking_is_in_order_and_equal_scores_share_a_rank(self):
        items = self.hub.run("ranking", "--period", "2025-Q2", "--out", self.office.folder / "q2.json")["items"]
        self.assertEqual([i["score"] for i in items], sorted((i["score"] for i in items), reverse=True))
        for place, item in enumerate(items):
            before = items[place - 1] if place else None
            self.assertEqual(item["rank"], before["rank"] if before and before["score"] == item["score"] else place + 1)
        filed = json.loads((self.office.folder / "q2.json").read_text(encoding="utf-8"))
        self.assertEqual([f["rank"] for f in filed], [i["rank"] for i in items])
        ranks = {i["org"]: i["rank"] for i in items}
        self.assertLess(ranks[SITE], ranks["hy.btc"])

    def test_4_what_was_published_changes_only_with_a_reason(self):
        late = self.node
        self.at(day(7, 21), late)
        draft = late.run("task", "update", "III.2.1.d", "--progress", "100", "--state", "done", "--note", "muộn", user="an")
        late.run("task", "approve", draft["id"], user="binh")
        self.at(day(7, 22), self.hub)
        self.office.carry(late, self.hub)
        before = {r["body"]: r["figures"] for r in self.rated()["ratings"]}
        self.assertEqual(self.rated()["added"], 0)
        corrected = self.rated("--corrects-because", "báo cáo muộn được chấp nhận")
        self.assertEqual(corrected["added"], 1)
        rating = {r["body"]: r for r in corrected["ratings"]}[SITE]
        self.assertEqual(rating["version"], 2)
        self.assertEqual(rating["figures"]["done"]["met"], before[SITE]["done"]["met"] + 1)
        versions = {i["org"]: i["version"] for i in self.hub.run("ranking", "--period", "2025-Q2")["items"]}
        self.assertEqual((versions[SITE], versions["hy.btc"]), (2, 1))

    def test_5_two_low_periods_ask_for_a_remedy(self):
        self.at(day(10, 21), self.hub)
        self.hub.run("rating", "compute", "--period", "2025-Q3")
        items = {i["org"]: i for i in self.hub.run("ranking", "--period", "2025-Q3")["items"]}
        low = {i["org"]: i for i in self.hub.run("ranking", "--period", "2025-Q2")["items"]}
        for body, item in items.items():
            both = item["level"] == "not_completed" and low.get(body, {}).get("level") == "not_completed"
            self.assertEqual(item["remedy_asked"], both, body)
        self.assertTrue(items["hy.btc"]["remedy_asked"])

    def test_6_a_month_is_no_period_of_ratings(self):
        self.hub.run("rating", "compute", "--period", "2025-04", expect=2)
        self.hub.run("ranking", "--period", "spring", expect=2)
