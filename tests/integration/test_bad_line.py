"""A line that drops every connection after a few kilobytes still carries everything, a piece at a time, both ways."""
import random
import unittest

from tram import Line, Office, until

SITE = "hy.ubnd"
REF = "III.2.1.c"
LEAST = 12_000  # bytes of a connection; the whole plan is more


class BadLine(unittest.TestCase):
    def test_a_backlog_comes_through_a_line_that_always_drops(self):
        with Office() as office:
            office.set_up_hub()
            line = Line(office.hub.port)
            node = office.node(SITE)
            code = office.hub.run("site", "add", SITE, "--pre-approved")["code"]
            node.run("enrol", "--hub", line.url, "--code", code)
            office.add_people(node)
            node.run("sync")
            office.load_plan()
            line.drops_after = LEAST

            def through():
                answer = node.ask("sync")
                self.assertIn(answer.exit, (0, 4))
                return answer.exit == 0

            until(through, "the plan comes through", 60)
            self.assertGreater(line.lost, 0)
            self.assertEqual(node.digest(), office.hub.digest(SITE))
            for n in range(24):
                words = "".join(random.Random(n).choices("abcdefghijklmnopqrstuvwxyz ", k=1500))
                node.run("task", "set", REF, "agreed_next_step", f"{n} {words}", user="an")
            lost = line.lost
            until(through, "what was written comes through", 60)
            self.assertGreater(line.lost, lost)
            self.assertEqual(node.counts(), (0, 0, 0))
            self.assertEqual(node.digest(), office.hub.digest(SITE))


if __name__ == "__main__":
    unittest.main()
