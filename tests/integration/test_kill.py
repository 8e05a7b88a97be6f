"""A short run of `kill`; the long one is started by hand or by the nightly suite."""
import pathlib
import subprocess
import unittest

KILLS = 12


class KilledPrograms(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_when_programs_are_killed(self):
        script = pathlib.Path(__file__).resolve().parent / "kill"
        done = subprocess.run([script, "--seed", "1", "--count", str(KILLS)], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"kills {KILLS} ", done.stdout)
        self.assertIn("every one found", done.stdout)
