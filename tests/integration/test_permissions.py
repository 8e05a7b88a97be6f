"""The matrix of rights (reliability design, 5.6) at the finished programs: every command and every route, held against a
table that is written here once more. Whoever the table does not name is refused before anything is read or written."""
import json
import time
import unittest

from tram import Office, Station, WebSession

PASSWORD = "a long enough password"
EVERYBODY = {"viewer", "operator", "approver", "follow_up", "inspector", "site_admin", "auditor", "hub_office",
             "hub_operator", "hub_security"}
WRITES = {"operator", "approver"}
ACTS = {
    "read_record": EVERYBODY - {"auditor", "hub_operator", "hub_security"},
    "read_station": EVERYBODY,
    "exchange_now": EVERYBODY,
    **dict.fromkeys(("load_document", "hand_over", "record_event", "settle_office_side", "receive_report",
                     "set_calendar", "set_policy", "publish_rating", "rehome_task"), {"hub_office"}),
    # At a site for its sub-tasks alone.
    **dict.fromkeys(("recall", "answer_return", "move_deadline", "accept_completion"), {"hub_office", "approver"}),
    **dict.fromkeys(("confirm", "return_task", "break_into_subtasks", "settle_own_side", "submit_report"), WRITES),
    **dict.fromkeys(("draft_update", "draft_report", "withdraw", "send_notice", "explain", "enter_from_paper"),
                    {"operator"}),
    **dict.fromkeys(("approve", "resolve_conflict", "redact"), {"approver", "hub_office"}),
    **dict.fromkeys(("note_shared", "propose", "attach_file"), WRITES | {"follow_up", "hub_office"}),
    **dict.fromkeys(("assess", "note_contact"), {"follow_up"}),
    **dict.fromkeys(("urge", "request_information"), {"follow_up", "hub_office"}),
    **dict.fromkeys(("flag_finding", "plan_inspection"), {"inspector"}),
    "carry_bundle": {"approver", "site_admin", "hub_operator"},
    "manage_accounts": {"site_admin"},
    "manage_hub_accounts": {"hub_security"},
    "run_installation": {"site_admin", "hub_operator"},
    "read_audit": {"auditor", "hub_security"},
    "manage_devices": {"hub_security"},
}
ROUTES = {
    "signed_in": EVERYBODY,
    "read_records": ACTS["read_record"],
    "draft": {"operator"},
    "approve": {"approver", "hub_office"},
    "assess": {"follow_up"},
    "flag_findings": {"inspector"},
    "load_documents": {"hub_office"},
    "bundles": ACTS["carry_bundle"],
    "accounts": {"site_admin", "hub_security"},
    "administer": ACTS["run_installation"],
    "read_audit": ACTS["read_audit"],
    "devices_and_keys": {"hub_security"},
}
PEOPLE = {
    "hub": ("viewer", "follow_up", "inspector", "auditor", "hub_office", "hub_operator", "hub_security"),
    "node": ("viewer", "operator", "approver", "follow_up", "inspector", "site_admin", "auditor"),
}
# Which right each command asks for; a new command, or another right, is a decision.
COMMANDS = {
    "accept_completion": ("task accept", "task reopen"),
    "answer_return": ("task answer",),
    "approve": ("report approve", "task approve", "task refuse"),
    "assess": ("task assess",),
    "attach_file": ("attachment add", "attachment withdraw", "task attach"),
    "break_into_subtasks": ("task break",),
    "carry_bundle": ("bundle export", "bundle import", "courier list", "courier note"),
    "confirm": ("finding answer", "request answer", "task receive", "urging answer"),
    "draft_report": ("report draft",),
    "draft_update": ("task correct", "task report", "task sheet", "task state", "task update"),
    "draft_update load_document move_deadline note_contact note_shared propose": ("task set",),
    "enter_from_paper": ("task paper",),
    "exchange_now": ("sync",),
    "explain": ("task explain",),
    "flag_finding": ("finding clear", "notice inspected", "task finding"),
    "hand_over": ("plan hand-over",),
    "load_document": ("cleaning sign", "org end", "org import", "plan envelope", "plan import",
                      "report regimes import"),
    "manage_accounts": ("mandate give", "mandate revoke"),
    "manage_accounts manage_hub_accounts": ("user add", "user disable", "user enable", "user list", "user reset"),
    "manage_devices": (
        "org leave-mode", "site add", "site approve", "site reset-account", "site resume", "site revoke",
        "site suspend",
    ),
    "move_deadline": ("task deadline",),
    "note_contact": ("task contact",),
    "plan_inspection": ("inspection plan", "inspection step"),
    "propose": ("proposals withdraw",),
    "publish_rating": ("rating compute",),
    "read_audit": ("audit anchor", "audit anchors", "audit list"),
    "read_audit run_installation": ("verify",),
    "read_record": (
        "approvals list", "attachment list", "attachment save", "cleaning list", "conflicts list", "digest", "explain", "figures", "office lists",
        "proposals list", "quarantine list", "ranking", "record list", "relay list", "report differences", "report due",
        "report export", "report list", "task list", "task show",
    ),
    "read_station": (
        "calendar list", "clock status", "commands", "criteria list", "formats list", "policy list", "recovery status",
        "site list", "status", "warnings digest", "warnings list",
    ),
    "recall": ("plan recall", "task recall", "task replace"),
    "receive_report": ("explanation judge", "notice answer", "notice receive", "report take"),
    "record_event": ("event record",),
    "redact": ("redact",),
    "rehome_task": ("org rehome", "task rehome"),
    "request_information": ("request close", "task request"),
    "resolve_conflict": ("conflicts resolve", "proposals accept", "proposals decline", "quarantine adopt",
                         "quarantine settle"),
    "return_task": ("task return",),
    "run_installation": ("backup", "clock confirm", "enrol", "key rotate", "medium add", "recovery end"),
    "send_notice": ("task notice",),
    "set_calendar": ("calendar choose", "calendar import"),
    "set_policy": ("criteria import", "policy import"),
    "settle_office_side": ("difference offer", "difference open", "difference settle"),
    "settle_own_side": ("difference offer", "difference open", "difference settle"),
    "submit_report": ("report submit",),
    "urge": ("task urge", "urging close"),
    "withdraw": ("task withdraw",),
}
# By whoever holds the machine: there is no station, no person or no key yet. Whatever is new here is a decision.
CONSOLE = {"init", "serve", "restore", "bundle check", "report verify", "user password", "user reset-order"}


class Rights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = Office()
        cls.addClassCleanup(cls.office.__exit__)
        cls.office.set_up_hub()
        node = cls.office.node("hy.ubnd")
        cls.stations = {"hub": cls.office.hub, "node": node}
        node.add_user("quan-tri", "site_admin", PASSWORD)
        code = cls.office.hub.run("site", "add", "hy.ubnd", "--pre-approved")["code"]
        node.run("enrol", "--hub", cls.office.hub.url, "--code", code)
        for name, station in cls.stations.items():
            for role in PEOPLE[name]:
                station.add_user(role, role, PASSWORD)
        node.serve()

    def words_of(self, command):
        found = command["command"].split()
        for word in command["words"]:
            found += ["x"] if word["required"] else []
        for option in command["options"]:
            value = self.office.folder / "written" if option["name"] == "--out" else "x"
            found += [option["name"], value] if option["required"] else []
        return found

    def is_refused(self, station, command, role):
        answer = station.ask(*self.words_of(command), user=role, stdin=PASSWORD + "\n")
        return answer.exit == 3 and answer.error == "role_missing"

    def test_every_command_asks_the_matrix(self):
        for name, station in self.stations.items():
            commands = station.run("commands")["items"]
            self.assertGreater(len(commands), 30)
            seen = set()
            for command in commands:
                asks = tuple(command["asks"])
                if not asks:
                    self.assertIn(command["command"], CONSOLE)
                    continue
                self.assertIn(command["command"], COMMANDS.get(" ".join(sorted(asks)), ()), asks)
                allowed = set().union(*(ACTS[a] for a in asks))
                denied = [r for r in PEOPLE[name] if r not in allowed]
                # All roles for the first command of each kind, one that is refused for the others.
                roles = PEOPLE[name] if asks not in seen else denied[:1]
                seen.add(asks)
                for role in roles:
                    with self.subTest(program=name, command=command["command"], role=role):
                        self.assertEqual(self.is_refused(station, command, role), role not in allowed)

    def test_every_route_asks_for_a_right(self):
        for name, station in self.stations.items():
            status, text, _ = station.http("GET", "/api/v1/openapi.json")
            self.assertEqual(status, 200)
            sessions = {role: WebSession(station, role) for role in PEOPLE[name]}
            for path, methods in json.loads(text)["paths"].items():
                for method, operation in methods.items():
                    right = operation["x-tram-permission"]
                    if not path.startswith("/api/v1/") or right == "open":
                        continue
                    for role, session in sessions.items():
                        with self.subTest(program=name, route=f"{method} {path}", role=role):
                            self.assertEqual(self.status(station, session, method, path) == "not_permitted",
                                             role not in ROUTES[right])

    def status(self, station, session, method, path):
        """The code of a refusal, or nothing. The gate lets an address ask 20 times a second."""
        path = path.replace("{id}", "0" * 32).replace("{attachment}", "0" * 32)
        while True:
            if method == "get":
                status, text, _ = station.http("GET", path, None, {"Cookie": session.cookie})
            else:
                status, text, _ = session.post(path, {})
            if status != 429:
                return "" if status < 400 else json.loads(text)["error"]["code"]
            time.sleep(0.05)

    def test_what_is_refused_stands_in_the_audit_log_and_changes_nothing(self):
        before = self.office.hub.run("digest")
        self.assertEqual(self.office.hub.refusal("org", "import", "x", user="viewer"), "role_missing")
        self.assertEqual(self.office.hub.run("digest")["digest"], before["digest"])

    def test_a_closed_zone_asks_for_a_clearance_besides_the_role(self):
        hub = Station(self.office, "tram-hub", "hub-closed")
        hub.run("init", "--name", "Văn phòng", "--zone", "closed")
        for name, words in (("co", ["--clearance"]), ("khong", [])):
            hub.passwords[name] = PASSWORD
            hub.run("user", "add", name, "--role", "hub_office", *words, stdin=PASSWORD + "\n")
        self.assertEqual(hub.run("task", "list", user="co")["tasks"], [])
        self.assertEqual(hub.refusal("task", "list", user="khong"), "needs_clearance")
        self.assertEqual(self.office.hub.refusal("user", "add", "x", "--role", "viewer", "--clearance",
                                                 stdin=PASSWORD + "\n"), "wrong_zone")

    def test_accounts_of_the_hub_take_two_persons(self):
        add = ("user", "add", "moi", "--role", "viewer")
        hub = self.office.hub
        self.assertEqual(hub.refusal(*add, user="hub_security", stdin=PASSWORD + "\n"), "second_person")
        self.assertEqual(hub.refusal(*add, user="hub_security", second="hub_security", stdin=PASSWORD + "\n"),
                         "same_person")
        hub.run(*add, user="hub_security", second="second", stdin=PASSWORD + "\n")


if __name__ == "__main__":
    unittest.main()
