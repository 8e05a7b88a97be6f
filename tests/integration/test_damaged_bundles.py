"""One bundle, sixty ways to damage it. The layout is that of docs/formats/container.md, written down a second time here
on purpose: this is the reader of somebody who has the document alone."""
import base64
import hashlib
import random
import struct
import unittest

from tram import Office, OfficeCase

SITE, OTHER = "hy.ubnd", "hy.btc"
STANZAS_AT, STANZA, MAC, TRAILER, CHUNK = 128, 80, 32, 40, 65_536 + 17
RAND_AT, STREAM_AT, COMMIT_AT, SUM_AT = 32, 64, 88, 120


def personal(person, *parts):
    h = hashlib.blake2b(digest_size=32, person=person.ljust(16, b"\0"))
    for part in parts:
        h.update(part)
    return h.digest()


def header_length(bundle):
    return struct.unpack_from("<I", bundle, 12)[0]


def with_public_sums(bundle):
    """Header sum and trailer made anew, as anybody can without a key."""
    out = bytearray(bundle)
    end = header_length(out)
    out[SUM_AT:SUM_AT + 8] = personal(b"TRM1-header-sum", bytes(out[:SUM_AT]), bytes(out[STANZAS_AT:end - MAC]))[:8]
    out[-TRAILER:] = b"TRMEND1\n" + personal(b"TRM1-file-sum", bytes(out[:-TRAILER]))
    return bytes(out)


def flipped(bundle, at, bit=0):
    out = bytearray(bundle)
    out[at] ^= 1 << bit
    return bytes(out)


def swapped(bundle, first, second):
    out, at = bytearray(bundle), header_length(bundle)
    one, two = (slice(at + n * CHUNK, at + (n + 1) * CHUNK) for n in (first, second))
    out[one], out[two] = bundle[two], bundle[one]
    return bytes(out)


def damages(bundle):
    """Sixty copies with what each must be called; the last twenty carry public sums that fit."""
    head, size = header_length(bundle), len(bundle)
    body_end = size - TRAILER
    pick = random.Random(20250423)
    found = []
    # 12 truncations, 4 additions
    for length in (0, 1, 7, 8, 11, 12, 31, 40, head - 1, head, body_end, size - 1):
        found.append((f"cut at {length}", bundle[:length], "truncated"))
    for more in (b"\0", b"\n", bundle[:64], b"\0" * 4096):
        found.append((f"{len(more)} bytes added", bundle + more, "trailing_data"))
    # 16 flips in the header
    for at, bit, code in ((0, 0, "not_tram"), (7, 3, "not_tram"), (8, 0, "too_old"), (8, 1, "too_new"), (9, 0, "too_new"),
                          (10, 0, "too_old"), (11, 0, "too_new"), (11, 1, "too_new"), (12, 4, "damaged_header"),
                          (16, 0, "damaged_header"), (18, 0, "damaged_header"), (20, 0, "damaged_header"),
                          (RAND_AT, 0, "damaged_header"), (STREAM_AT, 7, "damaged_header"),
                          (SUM_AT, 0, "damaged_header"), (STANZAS_AT + 5, 5, "damaged_header")):
        found.append((f"bit {bit} of header byte {at}", flipped(bundle, at, bit), code))
    # 5 in body and trailer, 2 swaps, 1 of the header's MAC
    for at in (head, head + CHUNK, body_end - 1, body_end, size - 1):
        found.append((f"bit flipped at {at}", flipped(bundle, at), "damaged_body"))
    found.append(("chunks 0 and 1 swapped", swapped(bundle, 0, 1), "damaged_body"))
    found.append(("chunks 1 and 2 swapped", swapped(bundle, 1, 2), "damaged_body"))
    found.append(("the header's MAC", flipped(bundle, head - 1), "tampered"))
    # 20 with fitting public sums: only keys tell now
    for at in (RAND_AT, RAND_AT + 31, STREAM_AT, STREAM_AT + 23, STANZAS_AT, head - MAC - 1, head - MAC, head - 1):
        found.append((f"sums fit, byte {at}", with_public_sums(flipped(bundle, at)), "tampered"))
    found.append(("sums fit, key commitment", with_public_sums(flipped(bundle, COMMIT_AT)), "not_for_us"))
    for n in range(3):
        at = head + n * CHUNK + pick.randrange(CHUNK - 17)
        found.append((f"sums fit, chunk {n}", with_public_sums(flipped(bundle, at)), "tampered"))
    for at in (head, body_end - 1, body_end - 17, head + CHUNK - 1, head + 1024):
        found.append((f"sums fit, body byte {at}", with_public_sums(flipped(bundle, at, 7)), "tampered"))
    found.append(("sums fit, chunks 0 and 1 swapped", with_public_sums(swapped(bundle, 0, 1)), "tampered"))
    found.append(("sums fit, chunks 1 and 2 swapped", with_public_sums(swapped(bundle, 1, 2)), "tampered"))
    longer = bytearray(bundle[:body_end] + b"\0" * CHUNK + bundle[body_end:])
    struct.pack_into("<Q", longer, 24, struct.unpack_from("<Q", bundle, 24)[0] + CHUNK)
    found.append(("sums fit, one chunk more", with_public_sums(bytes(longer)), "tampered"))
    return found


class DamagedBundles(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office(serve=False)
        cls.office.load_plan()
        cls.node, cls.other = (cls.office.enrolled_node(s) for s in (SITE, OTHER))
        for site, node in ((SITE, cls.node), (OTHER, cls.other)):
            cls.office.carry(cls.hub, node, site)
            cls.office.carry(node, cls.hub)
            cls.office.carry(cls.hub, node, site)
        cls.hub.serve()  # sixty imports, one process

    def hub_state(self):
        return (self.hub.run("task", "list"), self.hub.digest(SITE), self.hub.digest(OTHER),
                [(s["org"], s["receipted"], s["state"]) for s in self.hub.run("site", "list")["sites"]],
                self.hub.run("conflicts", "list"), self.hub.run("quarantine", "list"), self.hub.run("proposals", "list"),
                self.hub.run("verify")["changesets"])

    def write(self, content):
        file = self.office.folder / "damaged.trb"
        file.write_bytes(content)
        return file

    def test_each_damage_is_refused_by_its_name_and_the_intact_bundle_is_taken_after_all(self):
        noise = random.Random(406)  # does not compress: the bundle has several chunks
        for number in range(5):
            text = base64.b64encode(noise.randbytes(40_000)).decode()
            self.node.run("task", "set", "III.2.1.c", "notes", f"{number} {text}", user="an")
        file = self.office.export(self.node)
        intact = file.read_bytes()
        self.assertEqual(with_public_sums(intact), intact, "docs/formats/container.md says how the sums are made")
        self.assertGreaterEqual(len(intact), header_length(intact) + 3 * CHUNK + TRAILER)
        cases = damages(intact)
        self.assertEqual(len(cases), 60)
        self.assertEqual(len({content for _, content, _ in cases}), 60, "all differ")
        before = self.hub_state()
        for name, content, code in cases:
            with self.subTest(name):
                answer = self.hub.run("bundle", "import", self.write(content), expect=3)
                self.assertEqual([b["outcome"] for b in answer["bundles"]], [code])
                self.assertEqual(answer["bundles"][0]["applied"], 0)
                self.assertEqual(self.hub.digest(SITE), before[1])
        self.assertEqual(self.hub_state(), before)
        self.assertEqual(self.node.counts(), (0, 0, 5), "what left still waits")
        taken = self.hub.run("bundle", "import", file)["bundles"][0]
        self.assertEqual(taken["outcome"], "ok_new")
        self.assertGreaterEqual(taken["applied"], 5)
        after = self.hub_state()
        self.assertNotEqual(after[3], before[3])
        # The same bytes again, by any name: a duplicate.
        for again in (file, self.write(intact)):
            answer = self.hub.run("bundle", "import", again)
            self.assertEqual(answer["bundles"][0]["outcome"], "duplicate")
        self.assertEqual(self.hub_state(), after)
        self.office.carry(self.hub, self.node, SITE)
        self.assertEqual(self.node.counts(), (0, 0, 0))

    def test_a_bundle_for_another_is_not_for_us(self):
        self.hub.run("task", "set", "II.3", "tags", "khẩn")
        down = self.office.folder / "for-other.trb"
        self.hub.run("bundle", "export", "--site", OTHER, "--out", down)
        up = self.office.folder / "up.trb"
        self.node.run("bundle", "export", "--out", up)
        before = self.node.digest(), self.node.run("task", "list")
        for file in (down, up):
            answer = self.node.run("bundle", "import", file, expect=3)
            self.assertEqual(answer["bundles"][0]["outcome"], "not_for_us", file.name)
        self.assertEqual((self.node.digest(), self.node.run("task", "list")), before)
        state = self.hub_state()
        answer = self.hub.run("bundle", "import", down, expect=3)
        self.assertEqual(answer["bundles"][0]["outcome"], "not_for_us")
        self.assertEqual(self.hub_state(), state)
        self.assertEqual(self.other.run("bundle", "import", down)["bundles"][0]["outcome"], "ok_new")
        self.assertEqual(self.other.run("bundle", "import", down)["bundles"][0]["outcome"], "duplicate")

    def test_a_bundle_of_another_deployment_is_not_for_us(self):
        with Office() as foreign:
            foreign.set_up_hub(serve=False)
            stranger = foreign.enrolled_node(SITE)
            file = foreign.export(stranger)
            before = self.hub_state()
            answer = self.hub.run("bundle", "import", file, expect=3)
            self.assertEqual(answer["bundles"][0]["outcome"], "not_for_us")
            self.assertEqual(self.hub_state(), before)
