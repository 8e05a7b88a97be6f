"""What the API does beside the acts: accounts, mandates and the audit log, reports, the hand-over of a document."""
import json
import unittest

from tram import DATA, OfficeCase, WebSession

SITE = "hy.ubnd"
PASSWORD = "a long enough password"
REGIME = "weekly:wed:10:00"


class Api(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.hub.add_user("van-phong", "hub_office", "a test password, van-phong")
        cls.hub.add_user("bao-mat", "hub_security", "a test password, bao-mat")
        cls.hub.run("plan", "import", "--document", DATA / "document.csv", "--tasks", DATA / "tasks.csv")
        cls.site = cls.office.enrolled_node(SITE)
        cls.site.add_user("quan-tri", "site_admin", PASSWORD)
        cls.site.add_user("kiem-toan", "auditor", PASSWORD)
        cls.site.serve()

    def refusal(self, session, path, body):
        status, text, _ = session.post(path, body)
        return status, json.loads(text)["error"]["code"]

    def test_01_a_document_is_handed_over_by_two_persons(self):
        office = WebSession(self.hub, "van-phong")
        path, body = "/api/v1/documents/406/hand-over", {"unsigned_reason": "ký số chưa sẵn sàng"}
        self.assertEqual(self.refusal(office, path, body), (422, "unsigned_document"))
        one = dict(body, second="van-phong", second_password=self.hub.passwords["van-phong"])
        self.assertEqual(self.refusal(office, path, one), (403, "same_person"))
        wrong = dict(body, second="second", second_password="not the password at all")
        self.assertEqual(self.refusal(office, path, wrong), (403, "wrong_password"))
        self.assertEqual({a["state"] for t in self.hub.tasks() for a in t["assignments"]}, {"loaded"})
        two = dict(body, second="second", second_password=self.hub.passwords["second"])
        self.assertGreater(office.send(path, two)["handed_over"], 80)
        self.assertEqual(self.refusal(office, "/api/v1/documents/999/hand-over", two), (422, "unknown_document"))

    def test_02_accounts_and_mandates_of_a_site(self):
        admin = WebSession(self.site, "quan-tri")
        admin.send("/api/v1/accounts", {"user": "moi", "role": "operator", "password": PASSWORD})
        self.assertEqual(self.refusal(admin, "/api/v1/accounts", {"user": "x", "role": "king", "password": PASSWORD}),
                         (422, "bad_role"))
        self.assertEqual(self.refusal(admin, "/api/v1/accounts", {"user": "y", "role": "viewer", "password": "short"}),
                         (422, "short_password"))
        given = admin.send("/api/v1/mandates", {"user": "moi", "stands_in_for": "binh", "part": "approve",
                                                "from": "2025-01-01", "to": "2035-01-01", "authority_number": "QĐ 1",
                                                "authority_on": "2025-01-01"})
        listed = admin.get("/api/v1/accounts")
        self.assertIn("moi", [a["user"] for a in listed["items"]])
        self.assertEqual([(m["id"], m["in_force"]) for m in listed["mandates"]], [(given["id"], True)])
        admin.send(f"/api/v1/mandates/{given['id']}/revoke", {})
        self.assertEqual([m["in_force"] for m in admin.get("/api/v1/accounts")["mandates"]], [False])
        self.assertEqual(len(admin.send("/api/v1/accounts/reset", {"user": "moi"})["code"]) > 8, True)
        admin.send("/api/v1/accounts/disable", {"user": "moi", "reason": "nghỉ việc"})
        admin.send("/api/v1/accounts/enable", {"user": "moi"})
        approver = WebSession(self.site, "binh")
        self.assertEqual(self.refusal(approver, "/api/v1/accounts/enable", {"user": "moi"})[1], "not_permitted")
        actions = [row["action"] for row in WebSession(self.site, "kiem-toan").get("/api/v1/audit")["items"]]
        for action in ("user_disable", "user_enable", "user_reset", "mandate_give", "mandate_revoke"):
            self.assertIn(action, actions)

    def test_03_accounts_of_the_hub_take_two_persons(self):
        security = WebSession(self.hub, "bao-mat")
        body = {"user": "xem", "role": "viewer", "password": PASSWORD}
        self.assertEqual(self.refusal(security, "/api/v1/accounts", body), (403, "second_person"))
        security.send("/api/v1/accounts", dict(body, second="second", second_password=self.hub.passwords["second"]))
        rows = security.get("/api/v1/audit?from=1")["items"]
        self.assertEqual([r["number"] for r in rows][:2], [1, 2])
        self.assertEqual(security.get(f"/api/v1/audit?from={rows[-1]['number']}")["items"][0], rows[-1])

    def test_04_a_report_goes_its_way(self):
        operator, approver = WebSession(self.site, "an"), WebSession(self.site, "binh")
        self.site.run("sync")
        self.assertEqual(self.refusal(operator, "/api/v1/reports", {"text": "x"})[1], "usage")
        draft = operator.send("/api/v1/reports", {"regime": REGIME, "period": "2025-04-23", "text": "Báo cáo tuần"})
        self.assertEqual((draft["state"], draft["changeset"]), ("to_approve", None))
        approver.send(f"/api/v1/approvals/{draft['id']}/approve", {})
        report = operator.get("/api/v1/reports")["items"][0]
        self.assertEqual(report["state"], "approved")
        approver.send(f"/api/v1/reports/{report['id']}/submit", {})
        self.site.run("sync")
        office = WebSession(self.hub, "van-phong")
        self.assertEqual([(r["site"], r["period"], r["state"]) for r in office.get("/api/v1/reports")["items"]],
                         [(SITE, "2025-04-23", "submitted")])
        self.assertIn("items", office.get(f"/api/v1/reports/{report['id']}/differences"))
        self.assertEqual(office.station.http("GET", "/api/v1/reports/due?year=x", None, {"Cookie": office.cookie})[0], 400)
        self.assertTrue(office.get("/api/v1/reports/due?year=2025&org=" + SITE)["items"])

    def test_05_figures_are_those_of_the_lists(self):
        office = WebSession(self.hub, "van-phong")
        figures = office.get("/api/v1/figures")
        self.assertEqual(figures, dict(self.hub.run("figures"), as_of=figures["as_of"], data=figures["data"]))
        listed = {}
        for task in self.hub.tasks():
            for a in task["assignments"]:
                listed[a["outcome"]] = listed.get(a["outcome"], 0) + 1
        self.assertEqual({k: n for k, n in figures["all"]["outcomes"].items() if n}, listed)
        self.assertEqual(sum(b["assignments"] for b in figures["bodies"]), figures["all"]["assignments"])
        self.assertEqual((figures["data"]["of"], figures["data"]["newer_than_2_days"]), (1, 1))
        own = WebSession(self.site, "an").get("/api/v1/figures")
        self.assertIsNone(own["data"])
        self.assertIn(SITE, [b["org"] for b in own["bodies"]])


if __name__ == "__main__":
    unittest.main()
