"""What is written at the hub reaches a node that serves without anybody asking, and long before its own pace would."""
import unittest

from tram import Office, until

SITE = "hy.ubnd"
SOON = 12  # seconds; a node's own pace is 45 at least


class News(unittest.TestCase):
    def test_a_save_at_the_hub_reaches_a_serving_node_by_itself(self):
        with Office() as office:
            office.set_up_hub()
            node = office.enrolled_node(SITE)
            office.load_plan()
            node.serve()
            until(lambda: node.tasks(), "the plan arrived")
            for text in ("Họp ngày thứ hai", "Họp ngày thứ ba"):
                office.hub.run("task", "set", "III.2.1.c", "agreed_next_step", text)
                until(lambda text=text: text in node.explained("III.2.1.c", "agreed_next_step"), "the hub's words", SOON)
            ref = "III.2.1.c"
            node.run("task", "receive", ref, user="an")
            until(lambda: office.hub.assignment(ref, SITE)["state"] == "received", "the node's answer", SOON)
            until(lambda: node.counts() == (0, 0, 0), "its receipt", SOON)
            self.assertEqual(node.digest(), office.hub.digest(SITE))
            # A ticket does not outlive the program that gave it: the node falls back to its own pace and says nothing.
            office.hub.stop()
            office.hub.serve()
            node.run("sync")
            office.hub.run("task", "set", ref, "agreed_next_step", "Sau khi khởi động lại")
            until(lambda: "Sau khi khởi động lại" in node.explained(ref, "agreed_next_step"), "after a restart", SOON)
            # A calendar that ends is no news of the line: towards the end of a year it is said until the next one is here.
            alerts = [a for a in node.run("status")["alerts"] if a["code"] != "calendar_year_missing"]
            self.assertEqual(alerts, [])
            node.stop()
            office.hub.stop()


if __name__ == "__main__":
    unittest.main()
