"""Accounts without a network: ended with what the leaver leaves, new passwords by a code that is read out, by the console,
or by an order that the hub signed; substitutes; and an audit log that shows when it was cut."""
import json
import sqlite3
import unittest

from tram import OfficeCase

NEW = "a quite new password"
REF = "III.2.1.c"


class People(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.office.load_plan()
        cls.site = cls.office.enrolled_node("hy.ubnd")  # an, the administrator and operator; binh, approver
        cls.site.add_user("chi", "operator", "a test password, chi")
        cls.site.run("sync")

    def password(self, station, name, text):
        station.passwords[name] = text
        file = self.office.folder / f"{station.name}-{name}.password"
        file.unlink(missing_ok=True)

    def draft(self, user):
        return self.site.run("task", "report", REF, "--progress", "5", "--state", "started", "--note", "x", user=user)["id"]

    def test_1_a_leaver_hands_everything_on_with_a_reason(self):
        draft = self.draft("chi")
        end = ("user", "disable", "chi", "--reason", "chuyển công tác")
        self.assertEqual(self.site.refusal(*end), "nobody_takes_over")
        self.assertEqual(self.site.refusal(*end, "--hand-to", "chi"), "nobody_takes_over")
        self.assertEqual(self.site.refusal(*end, user="binh"), "role_missing")
        self.assertEqual(self.site.run(*end, "--hand-to", "an")["drafts"], 1)
        self.assertEqual(self.site.refusal("task", "list", user="chi"), "account_disabled")
        self.assertEqual(self.site.refusal("task", "withdraw", draft, user="chi"), "account_disabled")
        self.site.run("task", "withdraw", draft, user="an")
        self.site.run("user", "enable", "chi")
        self.site.run("task", "list", user="chi")

    def test_2_the_last_administrator_stays(self):
        self.assertEqual(self.site.refusal("user", "disable", "an", "--reason", "x", "--hand-to", "binh"),
                         "last_administrator")

    def test_3_a_code_that_is_read_out_works_once(self):
        given = self.site.run("user", "reset", "binh", user="an")
        set_password = ("user", "password", "binh", "--code")
        self.assertEqual(self.site.refusal(*set_password, "ABCD-EFGH", stdin=NEW + "\n"), "reset_code")
        self.assertEqual(self.site.refusal(*set_password, given["code"], stdin="short\n"), "short_password")
        self.site.run(*set_password, given["code"], stdin=NEW + "\n")
        self.assertEqual(self.site.refusal("task", "list", user="binh"), "wrong_password")
        self.password(self.site, "binh", NEW)
        self.site.run("task", "list", user="binh")
        self.assertEqual(self.site.refusal(*set_password, given["code"], stdin=NEW + "\n"), "reset_code")
        given = self.site.run("user", "reset", "an")  # the console, for the administrator
        for _ in range(5):
            self.assertEqual(self.site.refusal("user", "password", "an", "--code", "ABCD", stdin=NEW + "\n"), "reset_code")
        self.assertEqual(self.site.refusal("user", "password", "an", "--code", given["code"], stdin=NEW + "\n"),
                         "reset_expired")

    def test_4_the_hub_signs_an_order_for_one_account_of_one_site(self):
        order = self.office.folder / "order.json"
        words = ("site", "reset-account", "hy.ubnd", "an", "--out", order)
        self.assertEqual(self.hub.refusal(*words), "second_person")
        self.hub.run(*words, second="second")
        false_order = self.office.folder / "false.json"
        false_order.write_text(json.dumps({**json.loads(order.read_text()), "user": "binh"}))
        self.assertEqual(self.site.refusal("user", "reset-order", false_order, stdin=NEW + "\n"), "reset_order")
        self.site.run("user", "reset-order", order, stdin=NEW + "\n")
        self.password(self.site, "an", NEW)
        self.site.run("task", "list", user="an")
        self.assertEqual(self.site.refusal("user", "reset-order", order, stdin=NEW + "\n"), "reset_used")

    def test_5_a_substitute_approves_within_the_dates_and_never_the_own_version(self):
        draft = self.draft("an")
        self.assertEqual(self.site.refusal("task", "approve", draft, user="chi"), "role_missing")
        give = ("mandate", "give", "chi", "--part", "approve", "--stands-in-for", "binh", "--authority-number", "12-QD",
                "--authority-on", "2025-04-01")
        self.assertEqual(self.site.refusal(*give, "--from", "2025-02-30", "--to", "2099-12-31"), "bad_date")
        self.site.run(*give, "--from", "2020-01-01", "--to", "2020-12-31")
        self.assertEqual(self.site.refusal("task", "approve", draft, user="chi"), "role_missing")
        mandate = self.site.run(*give, "--from", "2020-01-01", "--to", "2099-12-31")["id"]
        own = self.draft("chi")
        self.assertEqual(self.site.refusal("task", "approve", own, user="chi"), "same_person")
        self.site.run("task", "approve", draft, user="chi")
        self.site.run("sync")
        self.assertEqual(self.hub.run("proposals", "list")["items"], [])
        self.site.run("mandate", "revoke", mandate)
        self.assertEqual(self.site.refusal("task", "approve", own, user="chi"), "role_missing")

    def test_6_the_hub_keeps_the_head_of_the_sites_audit_log(self):
        rows = self.hub.run("audit", "list")["items"]
        self.assertIn("site_add", {r["action"] for r in rows})
        self.assertIn("denied", {r["action"] for r in rows})
        self.site.run("sync")
        anchor = self.office.folder / "anchor.json"
        self.hub.run("audit", "anchor", "hy.ubnd", "--out", anchor)
        self.assertTrue(self.site.run("verify", "--anchor", anchor)["ok"])
        false_anchor = self.office.folder / "false-anchor.json"
        false_anchor.write_text(json.dumps({**json.loads(anchor.read_text()), "number": "1"}))
        self.assertEqual(self.site.refusal("verify", "--anchor", false_anchor), "bad_anchor")
        # Somebody with the database cuts the log, and its head with it.
        with sqlite3.connect(self.site.folder / "db" / "tram.sqlite") as database:
            number, h = database.execute("SELECT number, h FROM audit ORDER BY number LIMIT 1 OFFSET 2").fetchone()
            database.execute("DELETE FROM audit WHERE number > ?", (number,))
            database.execute("UPDATE app_meta SET value = ? WHERE name = 'audit_head'", (number.to_bytes(8, "little") + h,))
        self.assertTrue(self.site.run("verify")["ok"])
        problems = self.site.run("verify", "--anchor", anchor, expect=3)["problems"]
        self.assertEqual([p["code"] for p in problems], ["audit_broken"])
        self.site.run("sync")
        self.assertIsNotNone(self.hub.run("audit", "anchors")["items"][0]["went_back"])
        self.assertIn("audit_set_back", [a["code"] for a in self.hub.run("status")["alerts"]])
        self.assertTrue(self.hub.run("verify")["ok"], "a restored site's log goes back too")


if __name__ == "__main__":
    unittest.main()
