"""stalls.py — how long the machine stands still: what happens in real time cannot be judged while it does."""
import os
import threading
import time

STEP_S = 0.01


class Stalls:
    """Looks on every CPU how late a thread wakes up that has nothing else to do."""

    def __init__(self):
        self.longest_s = 0.0
        for cpu in os.sched_getaffinity(0):
            threading.Thread(target=self.watch, args=(cpu,), daemon=True).start()

    def watch(self, cpu):
        os.sched_setaffinity(threading.get_native_id(), {cpu})
        while True:
            due = time.monotonic() + STEP_S
            time.sleep(STEP_S)
            self.longest_s = max(self.longest_s, time.monotonic() - due)

    def taken(self):
        """The longest since this was asked for the last time, in seconds."""
        longest, self.longest_s = self.longest_s, 0.0
        return longest
