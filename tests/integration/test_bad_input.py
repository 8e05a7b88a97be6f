"""Bad input and bad moments: each is refused by its name, and nothing has changed afterwards."""
import json
import os
import pathlib
import socket
import unittest

from tram import DATA, OfficeCase, Station

SITE, OTHER = "hy.ubnd", "hy.btc"


def rows_of(name):
    return (DATA / name).read_text(encoding="utf-8").splitlines()


class OneOffice(OfficeCase):
    """The cases of one class share an office, because none of them may change anything."""
    serve = False
    sites = ()

    @classmethod
    def setUpClass(cls):
        cls.open_office(serve=cls.serve)
        cls.office.load_plan()
        for site in cls.sites:
            node = cls.office.enrolled_node(site)
            if cls.serve:
                node.run("sync")
                node.run("sync")

    def write(self, name, lines):
        file = self.office.folder / name
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def hub_state(self):
        """All that a refusal must leave as it was: digests, tasks, receipts, what waits."""
        return (self.hub.run("task", "list"), [self.hub.digest(s) for s in self.sites], self.hub.run("site", "list"),
                self.hub.run("conflicts", "list"), self.hub.run("proposals", "list"), self.hub.run("quarantine", "list"),
                self.hub.run("report", "list"), self.hub.run("verify")["changesets"])


class BadFiles(OneOffice):
    serve = True
    sites = (SITE,)

    def refused_plan(self, document, tasks):
        before = self.hub_state()
        answer = self.hub.run("plan", "import", "--document", document, "--tasks", tasks, expect=3)
        self.assertEqual(self.hub_state(), before)
        return answer["error"]

    def test_a_bad_row_is_named_with_its_column(self):
        head, *rest = rows_of("tasks.csv")
        cases = [  # what is changed in the second task (row 3 of the file), the code, the column
            (lambda r: r.replace("hy.btgdv", "hy.nobody", 1), "unknown_body", "lead"),
            (lambda r: r.replace("province", "the moon"), "bad_scope", "scope"),
            (lambda r: r.replace(",key,", ",soon,"), "bad_priority", "priority"),
            (lambda r: r.replace("II.2", "II.1", 1), "duplicate_ref", "ref"),
        ]
        for change, code, column in cases:
            with self.subTest(code):
                lines = [head, rest[0], change(rest[1]), *rest[2:]]
                self.assertNotEqual(lines[2], rest[1])
                error = self.refused_plan(DATA / "document.csv", self.write("bad.csv", lines))
                self.assertEqual(error["code"], code)
                self.assertIn(f"row 3, column {column}", error["message"])

    def test_a_directory_with_an_unknown_parent_is_refused_with_its_row(self):
        lines = rows_of("organisations.csv")
        file = self.write("bodies.csv", [*lines, "hy.new,Cơ quan mới,New body,implementing,hy.nobody"])
        before = self.hub_state()
        answer = self.hub.run("org", "import", file, expect=3)
        self.assertIn(f"row {len(lines) + 1}", answer["error"]["message"])
        self.assertEqual(self.hub_state(), before)
        self.assertEqual(self.hub.refusal("site", "add", "hy.new"), "unknown_body")

    def test_a_document_of_class_3_leaves_no_word_of_it_anywhere(self):
        secret, number = "Phương án Thiên Nga Đen", "9917-TNĐ"
        for word in ("3", "1", "confidential", "Tuyệt mật", "absolute_secret"):
            with self.subTest(word):
                lines = [f"name,{secret}" if r.startswith("name,") else f"number,{number}" if r.startswith("number,") else
                         f"confidentiality,{word}" if r.startswith("confidentiality,") else
                         f"summary,{secret} chi tiết" if r.startswith("summary,") else r for r in rows_of("document.csv")]
                head, *rest = rows_of("tasks.csv")
                document = self.write("secret.csv", lines)
                tasks = self.write("secret-tasks.csv", [head, *(r.replace("II.1", "TND.1", 1) for r in rest[:1])])
                error = self.refused_plan(document, tasks)
                self.assertIn(error["code"], ("class_refused", "bad_confidentiality"))
                self.assertNotIn(secret, json.dumps(error, ensure_ascii=False))
                document.unlink()
                tasks.unlink()
                for trace in (secret, number, "Thiên Nga", "TND.1"):
                    self.assertEqual(self.office.written_anywhere(trace), [], trace)
        self.assertNotEqual(self.office.written_anywhere("Văn phòng"), [], "the search finds what is there")


class WrongUse(OneOffice):
    serve = True
    sites = (SITE,)

    def test_help_and_version_are_no_errors(self):
        for program in (self.hub, self.office.nodes[SITE]):
            for words in (["--help"], ["task", "list", "--help"], ["--version"]):
                self.assertEqual(program.ask(*words).exit, 0, words)

    def test_unknown_words_and_missing_ones_are_wrong_usage(self):
        for words in (["frobnicate"], ["task", "list", "--frobnicate"], ["task", "set", "II.1"], [], ["bundle", "export"],
                      ["task", "list", "--outcome", "splendid"], ["task", "set", "II.1", "tags", "x", "--as", "an"]):
            with self.subTest(words):
                self.assertEqual(self.office.nodes[SITE].ask(*words).exit, 2)

    def test_a_wrong_password_and_an_unknown_name_are_refused_alike(self):
        node = self.office.nodes[SITE]
        for name in ("an", "nobody"):
            node.passwords[name + " "] = "not the password at all"
            file = node.password_file(name + " ")
            answer = node.ask("task", "set", "II.1", "tags", "x", "--as", name, "--password-file", file)
            self.assertEqual((answer.exit, answer.error), (3, "wrong_password"), name)

    def test_a_second_program_on_the_same_data_is_refused(self):
        busy = Station(self.office, "tram-hub", "hub")
        with self.assertRaisesRegex(AssertionError, "does not listen"):
            busy.serve()
        self.assertEqual(busy.server.wait(timeout=30), 5)
        self.assertEqual(self.hub.http("GET", "/healthz")[0], 200, "the first one goes on")

    def test_init_twice_is_refused_and_changes_nothing(self):
        before = self.hub_state()
        self.assertEqual(self.hub.refusal("init", "--name", "Another", exit_code=5), "exists")
        self.assertEqual(self.hub_state(), before)

    def test_garbage_on_the_port_is_answered_with_4xx_and_closed(self):
        long_line = b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        cases = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xa5" * 64 + b"\r\n\r\n", b"\0" * 512 + b"\r\n\r\n",
                 b"GIMME everything\r\n\r\n", long_line, b"POST /sync/1/exchange HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                 b"Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n" % self.hub.port]
        before = self.hub_state()
        for station in (self.hub,):
            for number, garbage in enumerate(cases):
                with self.subTest(number), socket.create_connection(("127.0.0.1", station.port), timeout=30) as s:
                    s.sendall(garbage)
                    answer = b""
                    try:
                        while data := s.recv(65536):
                            answer += data
                    except ConnectionResetError:
                        pass
                    self.assertRegex(answer, rb"^HTTP/1\.1 4\d\d ")
        self.assertEqual(self.hub_state(), before)

    def test_a_wrong_body_at_the_exchange_is_refused_by_its_code(self):
        before = self.hub_state()
        octets = {"Content-Type": "application/octet-stream"}
        cases = [(b"not a container", "not_tram"), (b"", "truncated"), (b"\x89TRM\r\n\x1a\n", "truncated")]
        for body, code in cases:
            with self.subTest(code):
                status, text, _ = self.hub.http("POST", "/sync/1/exchange", body, octets)
                self.assertEqual((status, json.loads(text)["error"]["code"]), (400, code))
        self.assertIn(self.hub.http("POST", "/sync/1/exchange", b"x", {"Content-Type": "text/html"})[0], (400, 415))
        self.assertEqual(self.hub.http("GET", "/api/v1/tasks")[0], 401)
        self.assertEqual(self.hub.http("GET", "/no/such/page")[0], 404)
        self.assertEqual(self.hub_state(), before)


class HubAway(OneOffice):
    serve = True
    sites = (SITE,)

    def test_the_work_is_kept_and_leaves_when_the_hub_is_back(self):
        node = self.office.nodes[SITE]
        self.hub.stop()
        node.run("task", "set", "III.2.1.c", "agreed_next_step", "Chờ mạng", user="an")
        self.assertEqual(node.refusal("sync", exit_code=4), "hub_unreachable")
        self.assertEqual(node.counts(), (0, 1, 0))
        # What answers there now is not the hub: a portal page.
        with socket.create_server(("127.0.0.1", self.hub.port)) as portal:
            process = node.start_command("sync")
            with portal.accept()[0] as s:
                s.recv(65536)
                s.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<h1>Hi</h1>\r\n\r")
                self.assertEqual(process.wait(timeout=30), 4)
        self.assertEqual(node.explained("III.2.1.c", "agreed_next_step"), ["Chờ mạng"])
        self.hub.serve()
        node.run("sync")
        self.assertEqual(node.counts(), (0, 0, 0))
        self.assertEqual(self.hub.explained("III.2.1.c", "agreed_next_step"), ["Chờ mạng"])
        self.assertEqual(node.digest(), self.hub.digest(SITE))


class EnrolmentCodes(OneOffice):
    serve = True
    sites = ()

    def invite(self, site):
        return self.hub.run("site", "add", site, "--pre-approved")["code"]

    def enrol(self, node, code, *more):
        return node.ask("enrol", "--hub", self.hub.url, "--code", code, *more)

    def refused(self, node, code, *more):
        answer = self.enrol(node, code, *more)
        self.assertEqual(answer.exit, 3, answer.text)
        self.assertFalse(node.run("status")["enrolled"])
        return answer.error

    def test_wrong_used_and_foreign_codes_are_refused_by_name(self):
        first, foreign, second = (self.office.node(s, n) for s, n in ((SITE, "one"), (OTHER, "two"), (SITE, "three")))
        code = self.invite(SITE)
        wrong = ("0" if code[0] != "0" else "1") + code[1:]
        self.assertEqual(self.refused(foreign, code), "enrol_site")
        answer = self.enrol(first, wrong)
        self.assertEqual((answer.exit, answer.error), (3, "enrol_code"))
        self.assertIn("Tries left: 4", answer.json["error"]["message"])
        self.assertEqual(self.refused(first, "no code"), "enrol_code")
        self.assertEqual(self.refused(first, code, "--root-fingerprint", "00000 00000 00000 00000 00000 00000"),
                         "fingerprint_differs")
        self.assertEqual(self.hub.run("site", "list")["sites"], [])
        self.assertEqual(self.enrol(first, code).exit, 0)
        self.assertEqual(self.refused(second, code), "enrol_used")
        again = self.enrol(first, self.invite(SITE))
        self.assertEqual((again.exit, again.error), (5, "enrolled_already"))
        self.assertEqual([s["org"] for s in self.hub.run("site", "list")["sites"]], [SITE])

    def test_before_enrolment_there_is_nothing_to_send(self):
        node = self.office.node(SITE, "early")
        self.assertEqual(node.refusal("sync", exit_code=5), "not_enrolled")
        self.assertEqual(node.refusal("bundle", "export", "--out", self.office.stick(), exit_code=5), "not_enrolled")


class NoUtf8(OneOffice):
    serve = True

    def test_an_argument_that_is_no_utf8_is_wrong_usage(self):
        answer = self.hub.run("task", "list", "--org", "hy.\udcff", expect=2)
        self.assertIn("not UTF-8", answer["error"]["message"])

    def test_a_file_name_on_a_stick_may_be_any_bytes(self):
        node = self.office.enrolled_node(SITE)
        stick = self.office.stick()
        file = pathlib.Path(node.run("bundle", "export", "--out", stick)["file"])
        file.rename(file.with_name("b\udcff" + file.suffix))
        (bundle,) = self.hub.run("bundle", "import", stick)["bundles"]
        self.assertEqual((bundle["outcome"], bundle["file"]), ("ok_new", "b?" + file.suffix))


del OneOffice  # a base, no case of its own
