"""processes — starts what is measured on its core, and the load generator on another."""
import json
import pathlib
import re
import shutil
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 20
FLOOR_PORT = 10_000
RBLOAD_PORT = 21_500  # ports below the ephemeral ones, which other programs are given at random


class Floor:
    """floor in the mode of a case, its only thread pinned."""

    def __init__(self, case, io, options):
        self.port = FLOOR_PORT
        self.command = [str(options.build / "floor"), "--legs", str(case.leg_count(options)), "--port", str(self.port),
                        "--mode", case.floor, "--io", io, "--cpu", str(options.worker_cpu)]

    def __enter__(self):
        # The kernel frees the sockets of an ended ring some 100 ms after its process.
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
            if self.process.stdout.readline().strip() == "ready":
                self.pid = self.process.pid
                return self
            self.process.wait()
            time.sleep(0.5)
        raise SystemExit("floor does not start: " + " ".join(self.command))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)


class Node:
    """ringbridge with the demo's configuration, one worker pinned, its other threads on the generator's core."""

    def __init__(self, case, io, options):
        self.case, self.options = case, options
        self.sip_port = options.sip_port
        self.config = options.folder / "config"
        self.log = options.folder / "ringbridge.log"
        shutil.rmtree(self.config, ignore_errors=True)
        self.config.mkdir()
        for source in (ROOT / "control" / "demo").glob("*.conf"):
            (self.config / source.name).write_text(self.adapt(source.read_text(encoding="utf-8"), io), encoding="utf-8")

    def adapt(self, text, io):
        """The demo's text with one worker, ports of its own, and limits that do not bite."""
        folder = self.options.folder
        for pattern, replacement in (
                (r"^count = .*$", f"count = 1\ncpus = {self.options.worker_cpu}"),
                (r"^io = .*$", f"io = {io}"),
                (r"^(calls|legs)_max = .*$", r"\1_max = 12000"),
                (r"^cpu_percent_max = .*$", "cpu_percent_max = 100"),
                (r"^\[paths\]$", f"[paths]\ncounters = {folder}/counters\ncontrol_socket = {folder}/control"),
                (r"^recordings = .*$", f"recordings = {folder}/recordings"),
                (r":5060$", f":{self.sip_port}"),
                (r"127\.0\.0\.1:6060", f"127.0.0.1:{self.options.answer_port}"),
                (r"^rtpstart ?= ?.*$", "rtpstart = 10000"),
                (r"^rtpend ?= ?.*$", f"rtpend = {RBLOAD_PORT - 1}"),
                (r"^rtp_timeout = .*$", "rtp_timeout = 3600")):
            text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
        return text

    def __enter__(self):
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(self.options.load_cpu), str(self.options.build / "ringbridge"), "--config",
                 str(self.config)], stdout=log, stderr=log)
        self.pid = self.process.pid
        self.beside = None
        if not self.answers():
            self.process.terminate()
            raise SystemExit("ringbridge does not answer:\n" + self.log.read_text(encoding="utf-8"))
        if self.case.rbctl and (self.options.build / "rbctl").exists():
            self.beside = subprocess.Popen([*self.rbctl(), "stats", "--watch"],
                                           stdout=subprocess.DEVNULL)
        return self

    def translation(self):
        """What the codecs of a transcoded bridge cost, µs per leg and second, as the node has measured at its start."""
        run = subprocess.run([*self.rbctl(), "--socket", str(self.options.folder / "control"), "translation"],
                             capture_output=True, text=True, check=True)
        said, *rows = (line.split() for line in run.stdout.splitlines()[1:] if line)
        costs = {heard: dict(zip(said, row)) for heard, *row in rows}
        one, other = self.case.translation
        return (float(costs[one][other]) + float(costs[other][one])) / 2

    def rbctl(self):
        return [str(self.options.build / "rbctl"), "--file", str(self.options.folder / "counters")]

    def slot_lateness_p999(self):
        """Bound in µs below which 99.9 % of the worker's slots began, since the node started."""
        run = subprocess.run([*self.rbctl(), "stats", "--json", "--all"], capture_output=True, text=True, check=True)
        worker = json.loads(run.stdout)["worker.0"]
        buckets = sorted((float(name.rpartition(".")[2]), count) for name, count in worker.items()
                         if name.startswith("slot_lateness_us."))
        total, seen = sum(count for _, count in buckets), 0
        for bound, count in buckets:
            seen += count
            if seen >= 0.999 * total:
                return bound
        return None

    def answers(self):
        """Whether OPTIONS is answered in time."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.5)
            here = f"127.0.0.1:{probe.getsockname()[1]}"
            request = (f"OPTIONS sip:127.0.0.1:{self.sip_port} SIP/2.0\r\n"
                       f"Via: SIP/2.0/UDP {here};branch=z9hG4bKdensity\r\n"
                       f"Max-Forwards: 70\r\nFrom: <sip:density@{here}>;tag=1\r\nTo: <sip:127.0.0.1>\r\n"
                       f"Call-ID: density-{here}\r\nCSeq: 1 OPTIONS\r\n"
                       f"Contact: <sip:{here}>\r\nContent-Length: 0\r\n\r\n")
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline and self.process.poll() is None:
                probe.sendto(request.encode(), ("127.0.0.1", self.sip_port))
                try:
                    return bool(probe.recv(65535))
                except (TimeoutError, ConnectionError):
                    time.sleep(0.1)
        return False

    def __exit__(self, *_):
        if self.beside:
            self.beside.terminate()
            self.beside.wait()
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def cpu_seconds(pid):
    """CPU time of a process's threads, from the scheduler."""
    return sum(int(path.read_text().split()[0]) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def load(arguments, pid, options, beside=None):
    """Runs rbload against a process; its JSON, with the share of a core that a bystander took."""
    began, used = time.monotonic(), cpu_seconds(beside.pid) if beside else 0
    run = subprocess.run([str(options.build / "rbload"), *arguments, "--json", "-", "--server-pid", str(pid),
                          "--rtp-ports", str(RBLOAD_PORT)], capture_output=True, text=True, check=False)
    try:
        result = json.loads(run.stdout)
    except json.JSONDecodeError:
        raise SystemExit(f"rbload {' '.join(arguments)}:\n{run.stdout}{run.stderr}") from None
    if beside:
        share = (cpu_seconds(beside.pid) - used) / (time.monotonic() - began)
        result["beside"] = {"cpu_percent": 100 * share}
    return result


def idle_rooms(rooms, options):
    """What empty rooms cost a worker: the JSON of idle_rooms."""
    run = subprocess.run([str(options.build / "idle_rooms"), "--rooms", str(rooms), "--cpu", str(options.worker_cpu)],
                         capture_output=True, text=True, check=True)
    return json.loads(run.stdout)
