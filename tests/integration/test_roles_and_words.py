"""Who may do what on the command line, and words that a shell can pass by mistake."""
import os
import unittest

from tram import DATA, OfficeCase

PASSWORD = "a long enough password"


class OnTheHub(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.office.load_plan()
        cls.hub.add_user("xem", "viewer", PASSWORD)
        cls.hub.add_user("kiem-tra", "auditor", PASSWORD)
        cls.hub.add_user("van-phong", "hub_office", PASSWORD)

    def test_a_viewer_loads_hands_over_invites_and_makes_nobody(self):
        before = self.hub.run("site", "list")
        refused = [
            ("org", "import", DATA / "organisations.csv"),
            ("plan", "import", "--document", DATA / "document.csv", "--tasks", DATA / "tasks.csv"),
            ("event", "record", "after Central guidance", "--on", "2025-05-05"),
            ("site", "add", "hy.ubnd", "--pre-approved"),
            ("bundle", "export", "--site", "hy.ubnd", "--out", self.office.folder),
            ("task", "set", "II.5", "agreed_next_step", "x"),
        ]
        for words in refused:
            self.assertEqual(self.hub.refusal(*words, user="xem"), "role_missing", words)
        answer = self.hub.run("user", "add", "ke-gian", "--role", "hub_security", user="xem", stdin=PASSWORD + "\n", expect=3)
        self.assertEqual(answer["error"]["code"], "role_missing")
        self.assertEqual(self.hub.run("site", "list"), before)

    def test_the_office_loads_documents_but_invites_no_device(self):
        self.hub.run("org", "import", DATA / "organisations.csv", user="van-phong")
        self.assertEqual(self.hub.refusal("site", "add", "hy.ubnd", user="van-phong"), "role_missing")

    def test_the_second_person_needs_a_role_too(self):
        code = self.hub.refusal("site", "suspend", "hy.ubnd", second="kiem-tra")
        self.assertEqual(code, "role_missing")

    def test_a_pipe_as_a_file_is_refused_at_once(self):
        pipe = self.office.folder / "pipe"
        os.mkfifo(pipe)
        self.assertEqual(self.hub.refusal("org", "import", pipe), "no_such_file")
        self.hub.run("site", "list")

    def test_a_key_file_replaces_nothing_else(self):
        precious = self.office.folder / "precious.txt"
        precious.write_text("keep me")
        self.assertEqual(self.hub.refusal("site", "add", "hy.ubnd", "--key-file-out", precious, exit_code=5), "exists")
        self.assertEqual(precious.read_text(), "keep me")
        keys = self.office.folder / "hub.trk"
        self.hub.run("site", "add", "hy.ubnd", "--key-file-out", keys)
        self.hub.run("site", "add", "hy.ubnd", "--key-file-out", keys)

    def test_empty_words_and_values_are_refused_not_shifted(self):
        self.assertEqual(self.hub.refusal("task", "show", ""), "unknown_ref")
        self.assertEqual(self.hub.refusal("site", "add", ""), "unknown_body")
        self.assertEqual(self.hub.refusal("task", "set", "", "agreed_next_step", "x"), "unknown_ref")
        self.assertEqual(self.hub.refusal("site", "list", "--as", "", exit_code=2), "usage")
        self.assertEqual(self.hub.refusal("event", "record", "x", "--on", "", exit_code=2), "usage")

    def test_wrong_usage_is_json_too(self):
        for words in (("no-such-command",), ("task", "show"), ("task", "list", "--no-such-option"), ("task",)):
            self.assertEqual(self.hub.refusal(*words, exit_code=2), "usage", words)

    def test_a_set_up_folder_is_not_set_up_again_without_its_keystore(self):
        node = self.office.node("hy.cqd")  # set up, not enrolled
        (node.folder / "keystore.tks").unlink()
        self.assertEqual(node.refusal("init", "--site", "hy.cqd", exit_code=5), "exists")


if __name__ == "__main__":
    unittest.main()
