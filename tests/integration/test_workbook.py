"""A workbook is loaded like the three files it holds: the same plan twice changes nothing, in whichever dress."""
import unittest

from tram import DATA, Office

PLAN = DATA / "plan.xlsx"


class AWorkbook(unittest.TestCase):
    def test_the_plan_that_was_loaded_as_files_changes_nothing_as_a_workbook(self):
        with Office() as office:
            office.set_up_hub(serve=False)
            office.load_plan()
            again = office.hub.run("plan", "import", "--document", PLAN, "--tasks", PLAN)
            self.assertEqual((again["tasks"], again["assignments"], again["changed"]), (44, 86, 0))
            self.assertEqual(office.hub.run("org", "import", PLAN)["changed"], 0)

    def test_a_damaged_one_is_refused_by_its_name(self):
        with Office() as office:
            office.set_up_hub(serve=False)
            cut = office.folder / "cut.xlsx"
            cut.write_bytes(PLAN.read_bytes()[:2000])
            self.assertEqual(office.hub.refusal("plan", "import", "--document", PLAN, "--tasks", cut), "bad_workbook")


if __name__ == "__main__":
    unittest.main()
