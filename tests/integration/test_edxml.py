"""A document that came by the national network: its envelope fills the document file, a person adds bodies and class."""
import unittest

from tram import DATA, Office

ENVELOPE = DATA.parent / "edxml" / "assignment.edxml"
ADDED = {"issued_by": "hy.btv", "assigning_body": "hy.btv", "follow_up_body": "hy.btc", "confidentiality": "normal"}


class AnEnvelope(unittest.TestCase):
    def test_it_becomes_a_document_once_a_person_added_what_it_does_not_say(self):
        with Office() as office:
            office.set_up_hub(serve=False)
            hub, document = office.hub, office.folder / "document.csv"
            hub.run("org", "import", DATA / "organisations.csv")
            read = hub.run("plan", "envelope", ENVELOPE, "--out", document)
            self.assertEqual((read["number"], read["symbol"], read["does"], read["urgency"]), ("406", "KH/TU", "new", 2))
            self.assertEqual(read["to_add"], list(ADDED))
            plan = ("plan", "import", "--document", document, "--tasks", DATA / "tasks.csv")
            self.assertEqual(hub.refusal(*plan), "bad_confidentiality")
            text = document.read_text(encoding="utf-8")
            for field, value in ADDED.items():
                text = text.replace(f'{field},""', f"{field},{value}")
            document.write_text(text, encoding="utf-8")
            self.assertEqual(hub.run(*plan)["tasks"], 44)

    def test_what_is_none_is_refused_and_nothing_is_written(self):
        with Office() as office:
            office.set_up_hub(serve=False)
            out, bad = office.folder / "document.csv", office.folder / "bad.edxml"
            for content in (b"", b"<edXML/>", ENVELOPE.read_bytes()[:900], b"\xff\xfe" * 100):
                bad.write_bytes(content)
                self.assertEqual(office.hub.refusal("plan", "envelope", bad, "--out", out), "bad_envelope")
                self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
