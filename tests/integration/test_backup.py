"""Backups of finished programs: made while they serve, damaged, restored; and what a hub and a node that were set back
do until everything stands where it stood."""
import pathlib
import shutil
import unittest

from tram import Office, Station

SITE, OTHER = "hy.ubnd", "hy.btc"


def restored(station, backup, machine_key=None, name=None):
    """The same station on a new machine: an empty folder, the backup, and the key file that was kept apart."""
    again = Station(station.office, station.binary.name, name or station.name + "-new")
    again.port, again.passwords = station.port, station.passwords
    words = ["restore", backup]
    if machine_key:
        words += ["--machine-key", machine_key]
    again.answer = again.run(*words)
    return again


class Backups(unittest.TestCase):
    def setUp(self):
        self.office = Office()
        self.addCleanup(self.office.__exit__)
        self.hub = self.office.hub

    def kept_apart(self, station):
        key = self.office.folder / f"{station.name}.machine.key"
        shutil.copy(station.folder / "machine.key", key)
        return key

    def work(self, node, words):
        task = node.tasks()[0]["ref"]
        node.run("task", "set", task, "agreed_next_step", words, user="an")
        return task

    def test_a_hub_set_back_gets_its_order_back_from_its_sites(self):
        self.office.set_up_hub()
        nodes = [self.office.enrolled_node(site) for site in (SITE, OTHER)]
        self.office.load_plan()
        for node in nodes:
            node.run("sync")
        file = self.office.folder / "hub.trambackup"
        made = self.hub.run("backup", "--out", file)  # while it serves
        self.assertEqual((made["opens_with"], made["hub_epoch"]), ("machine_key", 1))
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        key = self.kept_apart(self.hub)
        self.assertNotIn(key.read_bytes(), file.read_bytes())
        for words in ("Trình Chính phủ".encode(), b"SQLite format", b"Argon2", b"$argon2id$"):
            self.assertNotIn(words, file.read_bytes())
        tasks = set()
        for n, node in enumerate(nodes):
            tasks.add(self.work(node, f"after the backup {n}"))
            node.run("sync")
        self.hub.stop()
        self.hub = restored(self.hub, file, key)
        self.assertEqual((self.hub.answer["hub_epoch"], self.hub.answer["recovering"]), (2, True))
        self.assertEqual(self.hub.answer["waiting_for"], 2)
        self.assertEqual(self.hub.run("site", "list")["restored"], "waiting for 2 sites")
        task = self.hub.tasks(SITE)[0]["ref"]
        self.assertEqual(self.hub.refusal("task", "set", task, "agreed_next_step", "x", "--org", SITE, exit_code=5),
                         "recovering")
        self.hub.serve()
        self.work(nodes[0], "while it recovers")
        for _ in range(3):
            for node in nodes:
                node.run("sync")
        state = self.hub.run("recovery", "status")
        self.assertFalse(state["recovering"])
        self.assertEqual((state["epoch"], state["lost"]["count"]), (2, 0))
        self.assertIsNotNone(state["ended"])
        for node in nodes:
            self.assertEqual(node.digest(), self.hub.digest(node.name))
            self.assertEqual(node.counts()[1:], (0, 0))
        said = [v for ref in tasks for v in self.hub.explained(ref, "agreed_next_step")]
        for words in ("after the backup 0", "after the backup 1", "while it recovers"):
            self.assertEqual(said.count(words), 1, words)
        for station in (self.hub, *nodes):
            self.assertTrue(station.run("verify")["ok"], station.name)
        self.assertEqual(self.hub.refusal("recovery", "end", exit_code=5), "not_recovering")

    def test_an_operator_ends_the_recovery_and_a_late_site_is_judged_anew_by_stick(self):
        self.office.set_up_hub()
        early, late = (self.office.enrolled_node(site) for site in (SITE, OTHER))
        self.office.load_plan()
        for node in (early, late):
            node.run("sync")
        file = self.office.folder / "hub.trambackup"
        self.hub.run("backup", "--out", file)
        key = self.kept_apart(self.hub)
        self.work(late, "the hub had it once")
        late.run("sync")
        self.work(early, "after it, so that its place is known to be missing")
        early.run("sync")
        self.hub.stop()
        self.hub = restored(self.hub, file, key)
        self.office.hub = self.hub
        self.hub.serve()
        for _ in range(2):
            early.run("sync")
        waiting = self.hub.run("recovery", "status")["waiting_for"]
        self.assertEqual([w["org"] for w in waiting], [OTHER])
        ended = self.hub.run("recovery", "end")
        self.assertFalse(ended["recovering"])
        self.assertGreater(ended["lost"]["count"], 0)
        self.work(early, "the new epoch has begun")
        early.run("sync")
        for _ in range(4):
            self.office.carry(late, self.hub)
            self.office.carry(self.hub, late, OTHER)
        self.assertEqual(late.digest(), self.hub.digest(OTHER))
        anew = self.hub.run("recovery", "status")["judged_anew"]
        self.assertTrue(anew)
        self.assertEqual({(a["former_hub_epoch"], a["hub_epoch"]) for a in anew}, {(1, 2)})
        self.assertTrue(self.hub.run("verify")["ok"])
        self.assertTrue(late.run("verify")["ok"])

    def test_a_restored_node_fetches_its_work_back_before_it_signs_again(self):
        self.office.set_up_hub()
        node = self.office.enrolled_node(SITE)
        self.office.load_plan()
        node.run("sync")
        file = self.office.folder / "node.trambackup"
        node.run("backup", "--out", file)  # no program serves
        key = self.kept_apart(node)
        self.work(node, "after the backup")
        node.run("sync")
        digest = node.digest()
        again = restored(node, file, key)
        self.assertIn("restored", [a["code"] for a in again.run("status")["alerts"]])
        again.run("sync")
        again.run("sync")
        self.assertEqual(again.digest(), digest)
        self.work(again, "and on")
        again.run("sync")
        self.assertEqual(again.digest(), self.hub.digest(SITE))
        self.assertTrue(self.hub.run("verify")["ok"])

    def test_a_node_that_saves_before_it_met_the_hub_loses_nothing_either(self):
        self.office.set_up_hub()
        node = self.office.enrolled_node(SITE)
        self.office.load_plan()
        node.run("sync")
        file = self.office.folder / "node.trambackup"
        node.run("backup", "--out", file)
        key = self.kept_apart(node)
        task = self.work(node, "the old branch")
        node.run("sync")
        again = restored(node, file, key)
        self.work(again, "saved first")
        for _ in range(3):
            again.run("sync")
        self.assertEqual(again.digest(), self.hub.digest(SITE))
        said = self.hub.explained(task, "agreed_next_step")
        for words in ("the old branch", "saved first"):
            self.assertEqual(said.count(words), 1, words)
        self.assertEqual(again.counts()[1:], (0, 0))

    def test_a_damaged_backup_changes_nothing(self):
        self.office.set_up_hub(serve=False)
        file = self.office.folder / "hub.trambackup"
        self.hub.run("backup", "--out", file)
        key = self.kept_apart(self.hub)
        whole = file.read_bytes()
        target = Station(self.office, "tram-hub", "target")
        bad = self.office.folder / "bad"
        cases = [(whole[:n], "truncated") for n in (0, 7, 100, 207, 300, len(whole) // 2, len(whole) - 1)]
        cases += [(whole + b"\0", "trailing_data"), (b"\0" + whole[1:], "not_tram")]
        for at, code in ((8, "too_new"), (10, "damaged_header"), (60, "damaged_header"), (80, "damaged_header"),
                         (160, "damaged_header"), (190, "damaged_header"), (230, "damaged_header"),
                         (len(whole) // 2, "damaged_body"), (len(whole) - 1, "damaged_body")):
            cases.append((whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:], code))
        for content, code in cases:
            bad.write_bytes(content)
            with self.subTest(code=code, size=len(content)):
                self.assertEqual(target.refusal("restore", bad, "--machine-key", key), code)
                self.assertFalse(target.folder.exists())
        self.assertEqual(target.refusal("restore", file), "machine_key")
        other_key = self.office.folder / "other.key"
        other_key.write_bytes(bytes(32))
        self.assertEqual(target.refusal("restore", file, "--machine-key", other_key), "wrong_passphrase")
        node = Station(self.office, "tram-node", "target")
        self.assertEqual(node.refusal("restore", file, "--machine-key", key), "other_program")
        self.assertFalse(target.folder.exists())

    def test_a_folder_that_is_in_use_stays_as_it_is(self):
        self.office.set_up_hub(serve=False)
        file = self.office.folder / "hub.trambackup"
        self.hub.run("backup", "--out", file)
        key = self.kept_apart(self.hub)
        self.assertEqual(self.hub.refusal("restore", file, "--machine-key", key, exit_code=5), "exists")
        strange = Station(self.office, "tram-hub", "strange")
        strange.folder.mkdir()
        (strange.folder / "notes.txt").write_text("mine")
        self.assertEqual(strange.refusal("restore", file, "--machine-key", key, exit_code=5), "exists")
        self.assertEqual([p.name for p in strange.folder.iterdir()], ["notes.txt"])
        # What an interrupted restore left is no obstacle.
        half = Station(self.office, "tram-hub", "half")
        (half.folder / "restoring").mkdir(parents=True)
        (half.folder / "db").mkdir()
        (half.folder / "db" / "tram.sqlite").write_bytes(b"half")
        half.run("restore", file, "--machine-key", key)
        self.assertTrue(half.run("verify")["ok"])
        self.assertFalse((half.folder / "restoring").exists())

    def test_a_passphrase_opens_its_backup_alone(self):
        secret = self.office.folder / "passphrase"
        secret.write_text("a passphrase for a test\n")
        self.hub.run("init", "--name", "Hub", "--passphrase-file", secret)
        file = self.office.folder / "hub.trambackup"
        made = self.hub.run("backup", "--out", file, "--passphrase-file", secret)
        self.assertEqual(made["opens_with"], "passphrase")
        target = Station(self.office, "tram-hub", "target")
        wrong = self.office.folder / "wrong"
        wrong.write_text("another one\n")
        self.assertEqual(target.refusal("restore", file, "--passphrase-file", wrong), "wrong_passphrase")
        target.run("restore", file, "--passphrase-file", secret)
        self.assertFalse((target.folder / "machine.key").exists())
        self.assertTrue(target.run("verify", "--passphrase-file", secret)["ok"])

    def test_a_backup_replaces_an_older_one_only_when_it_is_whole(self):
        self.office.set_up_hub(serve=False)
        file = self.office.folder / "hub.trambackup"
        self.hub.run("backup", "--out", file)
        first = file.read_bytes()
        self.hub.run("backup", "--out", file)
        self.assertNotEqual(file.read_bytes(), first, "sealed with a key of its own")
        answer = self.hub.ask("backup", "--out", self.office.folder / "nowhere" / "x")
        self.assertEqual((answer.exit, answer.error), (1, "io_failed"))
        self.assertEqual(self.hub.refusal("backup", "--out", self.office.folder, exit_code=2), "usage")
        self.assertEqual([p for p in pathlib.Path(self.office.folder).glob("*.tmp")], [])
        self.assertFalse((self.hub.folder / "copying").exists())
        self.assertTrue(self.hub.run("verify")["ok"])


if __name__ == "__main__":
    unittest.main()
