"""The acts of the regulation at the finished programs: on the command line and over the API, alone and in bulk; what is
wrong is refused with its place and changes nothing."""
import json
import unittest

from tram import OfficeCase, WebSession

SITE, FOLLOWER, INSPECTOR = "hy.ubnd", "hy.btc", "hy.ubkt"
RECALL = ("--reason", "giao nhầm cơ quan", "--by-document", "410-CV/TU", "--on", "2025-05-05")


class Acts(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.hub.add_user("van-phong", "hub_office", "a test password, van-phong")
        cls.hub.add_user("kiem-tra", "inspector", "a test password, kiem-tra")
        cls.office.load_plan()
        cls.site = cls.office.enrolled_node(SITE)
        cls.follower = cls.office.enrolled_node(FOLLOWER)
        cls.follower.add_user("theo-doi", "follow_up", "a test password, theo-doi")
        cls.inspector = cls.office.enrolled_node(INSPECTOR)
        cls.inspector.add_user("kiem-tra", "inspector", "a test password, kiem-tra")
        for node in (cls.site, cls.follower, cls.inspector):
            node.run("sync")

    def sync(self, *nodes):
        for node in nodes:
            node.run("sync")

    def approve(self, draft):
        self.assertEqual(draft["state"], "to_approve")
        return self.site.run("task", "approve", draft["id"], user="binh")

    def records(self, station, kind, ref=None, org=SITE):
        words = ["record", "list", kind] + (["--on", ref, "--org", org] if ref else [])
        return station.run(*words)["items"]

    def own_refs(self, node, organisation):
        return [t["ref"] for t in node.tasks(organisation)]

    def state(self, station, ref, organisation=SITE):
        return station.assignment(ref, organisation)["state"]

    def test_01_a_body_confirms_all_its_tasks_at_once(self):
        refs = [r for r in self.own_refs(self.site, SITE)]
        self.assertGreater(len(refs), 5)
        answer = self.site.refusal("task", "receive", *refs, "no-such-ref", user="an")
        self.assertEqual(answer, "unknown_ref")
        self.assertEqual({self.state(self.site, r) for r in refs}, {"available"})
        done = self.site.run("task", "receive", *refs, user="an")["items"]
        self.assertEqual(len(done), len(refs))
        self.assertEqual({self.state(self.site, r) for r in refs}, {"received"})
        again = self.site.run("task", "receive", *refs[:2], user="an", expect=5)["error"]
        self.assertEqual(again["code"], "already_received")
        self.assertIn(refs[0], again["message"])
        self.sync(self.site)
        self.assertEqual({self.state(self.hub, r) for r in refs}, {"received"})
        for station in (self.site, self.hub):
            task = station.run("task", "show", refs[0])["task"]
            clocks = next(a["clocks"] for a in task["assignments"] if a["org"] == SITE)
            times = [clocks[name] for name in ("handed_over", "available", "acted", "received")]
            self.assertNotIn(None, times)
            self.assertEqual(times, sorted(times))
            self.assertEqual(clocks["statutory_s"] - clocks["site_s"] <= clocks["transport_s"], True, clocks)
            self.assertGreaterEqual(clocks["statutory_s"], clocks["site_s"])

    def test_02_the_office_urges_every_body_of_a_task(self):
        bodies = len([a for t in self.hub.tasks() if t["ref"] == "II.1" for a in t["assignments"]])
        self.assertGreater(bodies, 10)
        words = ("task", "urge", "II.1", "--every", "--kind", "complete_data", "--text", "Bổ sung số liệu")
        self.assertEqual(len(self.hub.run(*words, user="van-phong")["items"]), bodies)
        self.hub.run("task", "urge", "II.1", "--org", SITE, "--kind", "hurry", "--text", "Khẩn trương", user="van-phong")
        self.sync(self.site)
        mine = self.records(self.site, "urging", "II.1")
        self.assertEqual(sorted((u["number"], u["kind"], u["state"]) for u in mine),
                         [(1, "complete_data", "sent"), (2, "hurry", "sent")])
        first = next(u for u in mine if u["number"] == 1)
        self.site.run("urging", "answer", first["id"], "--text", "Đã bổ sung", user="an")
        self.assertEqual(self.site.refusal("urging", "answer", first["id"], "--text", "x", user="an", exit_code=5),
                         "wrong_state")
        self.sync(self.site)
        at_hub = next(u for u in self.records(self.hub, "urging", "II.1") if u["number"] == 1)
        self.assertEqual((at_hub["state"], at_hub["answer"]), ("answered", "Đã bổ sung"))
        self.hub.run("urging", "close", first["id"])

    def test_03_a_request_starts_what_waits_for_one(self):
        made = self.hub.run("task", "request", "II.1", "--org", SITE, "--kind", "start", "--text", "Góp ý đề án",
                            "--due", "2030-05-20T17:00:00+07:00")
        self.assertEqual(made["state"], "done")
        self.sync(self.site)
        request = self.records(self.site, "request", "II.1")[0]
        self.site.run("request", "answer", request["id"], "--text", "Đã gửi góp ý", user="an")
        self.sync(self.site)
        self.assertEqual(self.records(self.hub, "request", "II.1")[0]["state"], "answered")

    def test_04_an_update_is_assessed_and_corrected(self):
        ref = "III.2.1.c"
        draft = self.site.run("task", "report", ref, "--progress", "30", "--state", "started", "--note", "Bước một",
                              "--cause", "guidance", "--difficulty", "Thiếu hướng dẫn", user="an")
        words = ("task", "report", ref, "--progress", "30", "--state", "started", "--note", "x", "--cause")
        self.assertEqual(self.site.refusal(*words, "weather", user="an"), "bad_value")
        self.assertEqual(self.site.refusal(*words, "other", user="an"), "cause_incomplete")
        self.assertEqual(self.site.refusal("task", "approve", draft["id"], user="an"), "role_missing")
        def lonely():
            return [a["message"] for a in self.site.run("status")["alerts"] if a["code"] == "only_the_author_left"]
        self.assertEqual(lonely(), [])
        self.site.run("user", "disable", "binh", "--reason", "nghỉ phép")
        self.assertEqual(lonely(), [draft["id"]])
        self.site.run("user", "enable", "binh")
        self.assertEqual(lonely(), [])
        self.approve(draft)
        self.sync(self.site, self.follower)
        self.assertEqual(self.follower.refusal("task", "assess", ref, "--org", SITE, "--judgement", "fine",
                                               user="theo-doi"), "bad_value")
        self.follower.run("task", "assess", ref, "--org", SITE, "--judgement", "incomplete", "--text", "Thiếu số liệu",
                          user="theo-doi")
        self.follower.run("task", "contact", ref, "--org", SITE, "--means", "telephone", "--on", "2025-05-05", "--with",
                          "Phó Chủ tịch UBND", "--text", "Đã gọi", user="theo-doi")
        self.assertEqual(self.follower.refusal("task", "contact", ref, "--org", SITE, "--means", "telephone", "--on",
                                               "2125-05-05", "--with", "x", "--text", "y", user="theo-doi"),
                         "contact_incomplete")
        self.assertEqual(self.follower.refusal("task", "contact", ref, "--org", SITE, "--means", "pigeon", "--on",
                                               "2025-05-05", "--with", "x", "--text", "y", user="theo-doi"), "bad_value")
        self.sync(self.follower, self.site)
        self.assertEqual(self.records(self.site, "assessment", ref)[0]["judgement"], "incomplete")
        update = self.records(self.site, "progress_update", ref)[0]
        self.approve(self.site.run("task", "correct", update["id"], "--progress", "35", "--state", "started", "--note",
                                   "Sửa số liệu", user="an"))
        self.sync(self.site)
        self.assertEqual([u["percent"] for u in self.records(self.hub, "progress_update", ref) if u.get("corrects")], [35])
        self.assertEqual(self.hub.assignment(ref, SITE)["progress"], 35)
        self.assertEqual(self.hub.run("proposals", "list")["items"], [])

    def test_05_paper_keeps_its_time_and_takes_two_persons(self):
        words = ("task", "paper", "III.2.1.d", "--progress", "20", "--state", "started", "--note", "Theo công văn",
                 "--paper-reason", "technical_fault")
        self.assertEqual(self.site.refusal(*words, user="an", exit_code=2), "usage")
        self.assertEqual(self.site.refusal(*words, "--paper-moment", "yesterday", user="an"), "bad_moment")
        self.approve(self.site.run(*words, "--paper-moment", "2025-05-02T08:30:00+07:00", user="an"))
        self.sync(self.site)
        update = self.records(self.hub, "progress_update", "III.2.1.d")[0]
        self.assertEqual(update["paper_reason"], "technical_fault")
        self.assertTrue(update["as_of"].startswith("2025-05-02T08:30:00"), update)

    def test_06_a_notice_of_difficulty_reaches_all_three(self):
        self.approve(self.site.run("task", "notice", "III.2.1.d", "--cause", "funds", "--text", "Chưa có kinh phí",
                                   user="an"))
        self.sync(self.site)
        notice = self.records(self.hub, "notice", "III.2.1.d")[0]
        self.assertEqual((notice["state"], notice["cause"]), ("sent", "funds"))
        self.assertEqual(self.site.refusal("notice", "inspected", notice["id"], user="an"), "role_missing")
        def problems():
            return [(i["ref"], i["org"]) for i in self.hub.run("office", "lists")["new_problem"]]
        self.assertEqual(problems(), [("III.2.1.d", SITE)])
        self.hub.run("notice", "receive", notice["id"], "--owner", "hy.vp")
        self.hub.run("notice", "inspected", notice["id"], user="kiem-tra")
        self.hub.run("notice", "answer", notice["id"], "--text", "Sẽ bố trí")
        self.assertEqual(self.records(self.hub, "notice", "III.2.1.d")[0]["state"], "closed")
        self.assertEqual(problems(), [])
        lists = self.hub.run("office", "lists")
        overdue = {(t["ref"], a["org"]) for t in self.hub.tasks() for a in t["assignments"]
                   if a["outcome"] in ("not_done_overdue", "not_started_overdue")}
        self.assertEqual({(i["ref"], i["org"]) for i in lists["due_and_not_done"]}, overdue)
        self.assertEqual((lists["without_follow_up"], lists["without_successor"]), ([], []))
        self.assertEqual(self.hub.run("proposals", "list")["items"], [])

    def test_07_inspection_plans_and_findings(self):
        plan = self.inspector.run("inspection", "plan", "--period", "2025-Q2", "--kind", "regular", "--bodies",
                                  f"{SITE} {FOLLOWER}", "--contents", "Điều 12", user="kiem-tra")
        self.inspector.run("inspection", "step", plan["id"], "--to", "approved", user="kiem-tra")
        start = ("inspection", "step", plan["id"], "--to", "started")
        self.assertEqual(self.inspector.refusal(*start, user="kiem-tra"), "plan_not_approved")
        self.inspector.run(*start, "--approved-on", "2025-05-05", user="kiem-tra")
        code = self.inspector.refusal("inspection", "plan", "--period", "2025-Q2", "--kind", "sudden", "--bodies", SITE,
                                      "--contents", "x", user="kiem-tra")
        self.assertEqual(code, "missing_value")
        self.sync(self.inspector)
        self.hub.run("task", "finding", "III.2.1.c", "--org", SITE, "--finding", "wrong_data", "--text",
                     "Số liệu không khớp", "--plan", plan["id"], user="kiem-tra")
        self.sync(self.site)
        finding = self.records(self.site, "inspection_note", "III.2.1.c")[0]
        self.site.run("finding", "answer", finding["id"], "--text", "Đã sửa", user="an")
        self.sync(self.site)
        self.hub.run("finding", "clear", finding["id"], user="kiem-tra")
        self.assertEqual(self.records(self.hub, "inspection_note", "III.2.1.c")[0]["state"], "cleared")
        self.assertEqual(self.hub.run("proposals", "list")["items"], [])

    def test_08_the_other_side_settles_a_difference(self):
        self.site.run("difference", "open", "III.2.1.c", "--fact", "percent", "--reported-value", "40", "--system-value",
                      "35", user="an")
        self.assertEqual(self.site.refusal("difference", "open", "III.2.1.c", "--fact", "percent", "--reported-value", "35",
                                           "--system-value", "35", user="an"), "no_difference")
        self.sync(self.site)
        difference = self.records(self.hub, "difference", "III.2.1.c")[0]
        self.hub.run("difference", "offer", difference["id"], "--agreed-value", "40", "--reason", "Theo báo cáo")
        self.assertEqual(self.hub.refusal("difference", "settle", difference["id"]), "own_offer")
        self.sync(self.site)
        self.site.run("difference", "settle", difference["id"], user="an")
        self.sync(self.site)
        self.assertEqual(self.records(self.hub, "difference", "III.2.1.c")[0]["state"], "settled")

    def test_09_an_explanation_is_judged(self):
        self.approve(self.site.run("task", "explain", "III.2.1.c", "--cause", "own_fault", "--text", "Nhập sai", "--remedy",
                                   "Kiểm tra chéo", user="an"))
        self.sync(self.site)
        found = self.records(self.hub, "explanation", "III.2.1.c")[0]
        self.hub.run("explanation", "judge", found["id"], "--decision", "accepted")
        self.assertEqual(self.records(self.hub, "explanation", "III.2.1.c")[0]["state"], "accepted")

    def test_10_a_return_is_answered(self):
        ref = "III.2.1.h"
        organisation = SITE
        self.approve(self.site.run("task", "return", ref, "--reason", "Không đúng chức năng", user="an"))
        self.sync(self.site)
        self.assertEqual(self.state(self.hub, ref, organisation), "returned")
        self.assertEqual(self.hub.refusal("task", "answer", ref, "--org", organisation, "--decision", "handed_on",
                                          "--text", "x"), "missing_value")
        self.hub.run("task", "answer", ref, "--org", organisation, "--decision", "handed_on", "--to", "hy.vp", "--text",
                     "Chuyển Văn phòng")
        self.assertEqual(self.state(self.hub, ref, organisation), "cancelled")
        self.assertEqual(self.state(self.hub, ref, "hy.vp"), "handed_over")

    def test_11_a_wrong_hand_over_is_recalled_and_replaced(self):
        ref = "III.2.1.d"
        self.assertEqual(self.hub.refusal("task", "recall", ref, "--org", SITE, "--reason", "x", "--by-document", "1",
                                          "--on", "2025-02-30"), "bad_date")
        self.assertEqual(self.site.refusal("task", "recall", ref, *RECALL, user="binh"), "not_ours")
        self.hub.run("task", "replace", ref, "--org", SITE, "--to", INSPECTOR, *RECALL)
        self.sync(self.site, self.inspector)
        self.assertEqual(self.state(self.site, ref), "recalled")
        self.assertEqual(self.state(self.inspector, ref, INSPECTOR), "available")
        self.assertEqual(self.site.run("task", "report", ref, "--progress", "1", "--state", "started", "--note", "x",
                                       user="an", expect=5)["error"]["code"], "recalled")
        self.assertEqual(self.hub.refusal("task", "recall", ref, "--org", SITE, *RECALL, exit_code=5), "recalled")

    def test_12_updates_by_sheet_are_all_or_nothing(self):
        refs = [r for r in self.own_refs(self.site, SITE) if self.state(self.site, r) == "received"][:3]
        sheet = self.office.folder / "sheet.csv"
        lines = ["ref;progress;state;note"] + [f"{r};{10 + i};started;Tuần {i}" for i, r in enumerate(refs)]
        sheet.write_text("\r\n".join(lines + [f"{refs[0]};5;started;x"]), encoding="utf-8-sig")
        answer = self.site.run("task", "sheet", sheet, user="an", expect=3)["error"]
        self.assertEqual(answer["code"], "duplicate_ref")
        self.assertIn(f"row {len(refs) + 2}", answer["message"])
        sheet.write_text("\r\n".join(lines).replace("12;started", "112;started"), encoding="utf-8-sig")
        answer = self.site.run("task", "sheet", sheet, user="an", expect=3)["error"]
        self.assertEqual(answer["code"], "bad_value")
        self.assertIn("row 4, column progress", answer["message"])
        before = self.site.counts()
        sheet.write_text("\r\n".join(lines), encoding="utf-8-sig")
        self.assertEqual(self.site.run("task", "sheet", sheet, "--dry-run", user="an"), {"rows": 3, "drafts": []})
        self.assertEqual(self.site.counts(), before)
        drafts = self.site.run("task", "sheet", sheet, user="an")["drafts"]
        self.assertEqual(len(drafts), 3)
        self.assertEqual(self.site.refusal("task", "withdraw", drafts[2], user="binh"), "role_missing")
        self.site.run("task", "withdraw", drafts[2], user="an")
        for draft in drafts[:2]:
            self.site.run("task", "approve", draft, user="binh")
        self.sync(self.site)
        self.assertEqual([self.hub.assignment(r, SITE)["progress"] for r in refs[:2]], [10, 11])

    def test_13_the_api_does_the_same(self):
        session = WebSession(self.hub, "van-phong")
        ids = [a["id"] for t in self.hub.tasks() if t["ref"] == "II.1" for a in t["assignments"]]
        done = session.send("/api/v1/acts/urge", {"targets": ids[:30], "kind": "hurry", "text": "Khẩn trương"})
        self.assertEqual(len(done["items"]), len(ids[:30]))
        found = session.get(f"/api/v1/records?type=urging&on={ids[0]}")["items"]
        self.assertEqual([u["kind"] for u in found if u["number"] == max(v["number"] for v in found)], ["hurry"])
        for body, status, code in (
                ({"targets": ids[:1], "kind": "fine", "text": "x"}, 422, "bad_value"),
                ({"targets": ids[:1], "kind": "hurry"}, 422, "missing_value"),
                ({"targets": [ids[0], ids[0]], "kind": "hurry", "text": "x"}, 422, "named_twice"),
                ({"targets": ["0" * 32], "kind": "hurry", "text": "x"}, 404, "unknown_assignment"),
                ({"targets": [], "kind": "hurry", "text": "x"}, 400, "bad_json"),
                ({"targets": ids[:1], "kind": "hurry", "text": "x", "org": "y"}, 400, "bad_json")):
            with self.subTest(code=code, body=body):
                got, text, _ = session.post("/api/v1/acts/urge", body)
                self.assertEqual((got, json.loads(text)["error"]["code"]), (status, code))
        self.assertEqual(len(session.get(f"/api/v1/records?type=urging&on={ids[0]}")["items"]), len(found))

    def test_14_a_document_is_recalled_whole(self):
        self.hub.run("plan", "recall", "406", *RECALL)
        self.sync(self.site)
        states = {a["state"] for t in self.site.tasks(SITE) for a in t["assignments"]}
        self.assertLessEqual(states, {"recalled", "cancelled"})


if __name__ == "__main__":
    unittest.main()
