"""R65 at the finished hub: what a review should look at, and the signed list of what was changed and why."""
import unittest

from tram import DATA, OfficeCase


class Cleaning(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office(serve=False)
        lines = (DATA / "tasks.csv").read_text(encoding="utf-8").rstrip("\n").split("\n")
        double = lines[5].replace(lines[5].split(",")[0], "X.1", 1)  # the same words for the same body, once more
        cls.tasks = cls.office.folder / "double.csv"
        cls.tasks.write_text("\n".join(lines + [double]) + "\n", encoding="utf-8")
        cls.hub.run("plan", "import", "--document", DATA / "document.csv", "--tasks", cls.tasks)

    def review(self):
        return self.hub.run("cleaning", "list", "--period", "2025-Q2")

    def test_1_double_entries_are_found_and_the_review_is_due(self):
        review = self.review()
        self.assertTrue(review["overdue"])
        (group,) = review["double_entries"]
        self.assertEqual(sorted(e["ref"] for e in group), sorted(["X.1", self.hub.tasks()[4]["ref"]]))
        self.assertEqual(len({(e["org"], e["title"]) for e in group}), 1)

    def test_2_a_run_is_a_signed_list(self):
        (group,) = self.review()["double_entries"]
        file = self.office.folder / "run.csv"
        head = "id,field,before,after,why\n"
        for row, code in ((f"{'0' * 32},state,x,y,z\n", "unknown_record"),
                          (f"{group[0]['id']},state,loaded,loaded,z\n", "incomplete_run"),
                          (f"{group[0]['id']},state,loaded,cancelled,\n", "incomplete_run")):
            file.write_text(head + row, encoding="utf-8")
            self.assertEqual(self.hub.refusal("cleaning", "sign", file, "--period", "2025-Q2"), code)
        self.assertEqual(self.review()["runs"], [])
        file.write_text(head + f"{group[0]['id']},state,loaded,cancelled,nhập hai lần\n", encoding="utf-8")
        self.hub.run("cleaning", "sign", file, "--period", "2025-Q2")
        review = self.review()
        self.assertFalse(review["overdue"])
        (run,) = review["runs"]
        self.assertEqual([(c["id"], c["why"]) for c in run["changes"]], [(group[0]["id"], "nhập hai lần")])
        self.assertTrue(run["signed_by"] and run["signed_at"])
        self.assertEqual(self.hub.run("report", "list")["items"], [])
        self.assertTrue(self.hub.run("verify")["ok"])


if __name__ == "__main__":
    unittest.main()
