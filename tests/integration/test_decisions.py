"""What a person decides through the finished programs: proposals, quarantine, redaction, revoked devices, new keys."""
import unittest

from tram import Office, OfficeCase

SITE, OTHER = "hy.ubnd", "hy.btc"
TASK = "III.2.1.c"


class Decisions(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.office.load_plan()
        cls.node = cls.office.enrolled_node(SITE)
        cls.settle()

    @classmethod
    def settle(cls, node=None):
        for _ in range(3):
            (node or cls.node).run("sync")

    def assert_equal_digests(self, node=None, site=SITE):
        self.assertEqual((node or self.node).digest(), self.hub.digest(site))

    def propose(self, deadline):
        """The implementing body has no say over the deadline: its write becomes a proposal."""
        self.node.run("task", "set", TASK, "deadline", deadline, user="an")
        self.settle()
        return next(p for p in self.hub.run("proposals", "list")["items"] if p["field"] == "deadline")

    def open_proposals(self):
        return [[p["id"] for p in s.run("proposals", "list")["items"]] for s in (self.hub, self.node)]

    def deadline(self, station):
        return station.assignment(TASK, SITE)["deadline"]

    def test_an_accepted_proposal_stands_with_its_value_and_leaves_every_inbox(self):
        proposal = self.propose("2025-08-01")
        self.assertEqual((proposal["reason"], proposal["outcome"], proposal["own"]), ("no_authority", "proposal", False))
        self.assertEqual(self.node.refusal("proposals", "accept", proposal["id"], user="an"), "role_missing")
        self.hub.run("proposals", "accept", proposal["id"])
        self.settle()
        self.assertEqual(self.open_proposals(), [[], []])
        self.assertEqual(self.deadline(self.hub), self.deadline(self.node))
        self.assertIn("2025-08-01", self.deadline(self.hub))
        self.assert_equal_digests()
        self.assertEqual(self.hub.refusal("proposals", "accept", proposal["id"]), "unknown_proposal")

    def test_a_declined_proposal_changes_nothing(self):
        before = self.deadline(self.hub)
        proposal = self.propose("2025-08-02")
        self.hub.run("proposals", "decline", proposal["id"], "--reason", "giữ nguyên hạn")
        self.settle()
        self.assertEqual(self.open_proposals(), [[], []])
        self.assertEqual(self.deadline(self.hub), before)
        self.assert_equal_digests()

    def test_an_own_proposal_is_withdrawn_and_gone_from_the_own_list_at_once(self):
        proposal = self.propose("2025-08-03")
        self.node.run("proposals", "withdraw", proposal["id"], user="an")
        self.assertEqual(self.open_proposals()[1], [])
        self.settle()
        self.assertEqual(self.open_proposals(), [[], []])
        self.assert_equal_digests()

    def test_redacted_words_are_gone_on_both_sides_and_explain_says_removed(self):
        said = self.node.run("task", "set", TASK, "agreed_next_step", "tên của người dân", user="an")["changeset"]
        self.assertEqual(self.node.refusal("redact", said, "--ground", "x", user="binh", exit_code=5), "not_receipted")
        self.settle()
        self.assertIn("tên của người dân", self.hub.explained(TASK, "agreed_next_step"))
        self.assertEqual(self.node.refusal("redact", said, exit_code=2, user="binh"), "usage")
        self.assertEqual(self.node.refusal("redact", said, "--ground", "x", user="an"), "role_missing")
        self.node.run("redact", said, "--ground", "Nghị định 13/2023/NĐ-CP, Điều 16", user="binh")
        self.settle()
        for station in (self.hub, self.node):
            values = station.explained(TASK, "agreed_next_step")
            self.assertIn("removed", values)
            self.assertNotIn("tên của người dân", values)
            self.assertTrue(station.run("verify")["ok"])
            self.assertEqual(station.run("quarantine", "list")["homes"], [])
        self.assert_equal_digests()
        code = self.node.refusal("redact", said, "--ground", "again", user="binh", exit_code=5)
        self.assertEqual(code, "already_redacted")

    def test_a_new_key_is_entered_and_work_before_and_after_it_stands(self):
        self.assertEqual(self.node.refusal("key", "rotate", user="binh"), "role_missing")
        self.node.run("task", "set", TASK, "agreed_next_step", "trước", user="an")
        rotated = self.node.run("key", "rotate")
        self.node.run("task", "set", TASK, "agreed_next_step", "sau", user="an")
        self.assertEqual(self.node.refusal("key", "rotate", exit_code=5), "rotation_pending")
        self.settle()
        sites = {s["org"]: s["fingerprint"] for s in self.hub.run("site", "list")["sites"]}
        self.assertEqual(sites[SITE], rotated["fingerprint"])
        self.assertEqual(self.hub.explained(TASK, "agreed_next_step")[-2:], ["trước", "sau"])
        for station in (self.hub, self.node):
            self.assertTrue(station.run("verify")["ok"])
        self.assertEqual(self.node.run("status")["waiting_receipt"], 0)
        self.assert_equal_digests()
        # By stick: the bundle is sealed with the key that the hub knows, and brings the next one.
        again = self.node.run("key", "rotate")
        self.node.run("task", "set", TASK, "agreed_next_step", "bằng USB", user="an")
        self.assertEqual(self.office.carry(self.node, self.hub)["outcome"], "ok_new")
        self.assertEqual(self.office.carry(self.hub, self.node, SITE)["outcome"], "ok_new")
        sites = {s["org"]: s["fingerprint"] for s in self.hub.run("site", "list")["sites"]}
        self.assertEqual(sites[SITE], again["fingerprint"])
        self.settle()
        self.assert_equal_digests()


class ALostLaptop(unittest.TestCase):
    """S-G1: its honest work comes by stick, is held, and a colleague on a new machine adopts it."""

    def test_its_work_is_held_and_adopted(self):
        with Office() as office:
            hub = office.hub
            office.set_up_hub(serve=True)
            office.load_plan()
            lost = office.enrolled_node(OTHER)
            for _ in range(3):
                lost.run("sync")
            task = next(t["ref"] for t in lost.tasks(OTHER))
            lost.run("task", "set", task, "agreed_next_step", "việc làm dở", user="an")
            stick = office.export(lost)

            self.assertEqual(hub.refusal("site", "revoke", OTHER, "--reason", "lost"), "second_person")
            self.assertEqual(hub.refusal("site", "revoke", OTHER, "--reason", "mislaid", second="second", exit_code=2), "usage")
            code = hub.refusal("site", "revoke", OTHER, "--reason", "compromised", second="second", exit_code=2)
            self.assertEqual(code, "usage")
            hub.run("site", "revoke", OTHER, "--reason", "lost", second="second")
            self.assertEqual([s["state"] for s in hub.run("site", "list")["sites"]], ["revoked"])
            self.assertEqual(lost.refusal("sync"), "sender_revoked")

            taken = hub.run("bundle", "import", stick, expect=5)["bundles"][0]
            self.assertEqual(taken["outcome"], "held_review")
            held = [i for i in hub.run("quarantine", "list")["items"] if i["reason"] == "revoked"]
            self.assertEqual([i["value"] for i in held if i["field"] == "agreed_next_step"], ["việc làm dở"])
            self.assertEqual(hub.run("bundle", "import", stick)["bundles"][0]["outcome"], "duplicate")

            fresh = office.node(OTHER, "new-machine")
            code = hub.run("site", "add", OTHER, "--pre-approved")["code"]
            fresh.run("enrol", "--hub", hub.url, "--code", code)
            office.add_people(fresh)
            for _ in range(3):
                fresh.run("sync")
            item = next(i for i in fresh.run("quarantine", "list")["items"] if i["field"] == "agreed_next_step")
            self.assertEqual(fresh.refusal("quarantine", "adopt", item["id"], user="an"), "role_missing")
            self.assertEqual(fresh.refusal("quarantine", "adopt", "00" * 32, user="binh"), "unknown_changeset")
            fresh.run("quarantine", "adopt", item["id"], user="binh")
            for _ in range(3):
                fresh.run("sync")
            for station in (hub, fresh):
                self.assertIn("việc làm dở", station.explained(task, "agreed_next_step"))
                outcomes = [i["outcome"] for i in station.run("explain", task, "agreed_next_step")["items"]
                            if i["value"] == "việc làm dở"]
                self.assertEqual(outcomes, ["merged"])
            self.assertEqual(fresh.refusal("quarantine", "adopt", item["id"], user="binh", exit_code=5), "not_quarantined")
            self.assertEqual(fresh.digest(), hub.digest(OTHER))


if __name__ == "__main__":
    unittest.main()
