"""A Slurm of one machine on loopback, with its configuration, logs and state in a folder of its own. Needs root."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")
PACKAGES = "slurm-wlm slurmctld slurmd slurm-client munge"
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))

CONF = """\
ClusterName=sigdeltest
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={ctld_port}
SlurmdPort={slurmd_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=10000,default_queue_depth=1000
MpiDefault=none
ReturnToService=2
MaxArraySize=10001
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobcomp.txt
JobAcctGatherType=jobacct_gather/linux
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def why_not():
    """Return why no Slurm can be started here, or None."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    if missing:
        return f"Slurm is not installed ({', '.join(missing)} missing): apt-get install --no-install-recommends {PACKAGES}"
    if os.geteuid() != 0:
        return "Slurm's daemons are started as root here, and this is not root"
    return None


def free_ports(count):
    """Return that many ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class OneNodeSlurm:
    """Daemons that live as long as the `with` block, whatever happens in it."""

    def __init__(self, folder, cpus=2):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.cpus = cpus
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.daemons = []

    def __enter__(self):
        try:
            self._start_munge()
            self._start_slurm()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def run(self, *command, check=True):
        """Run one of Slurm's commands; return what it prints."""
        return subprocess.run(command, env=self.environment, check=check, capture_output=True, text=True, timeout=60).stdout

    def jobs(self):
        """Return (array job and task, state) of what waits or runs."""
        return [tuple(line.split()) for line in self.run("squeue", "-h", "-r", "-o", "%i %t").splitlines()]

    def wait_until_idle(self, seconds=240):
        """Wait until no job is left."""
        self._wait(lambda: not self.jobs(), seconds, "jobs that end")

    def logs(self):
        """Return what the daemons have said, for a failed test."""
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-4000:]}" for path in self.folder.glob("*.log"))

    def _start_munge(self):
        # munged insists that the folders of its files are its own and closed to others; the folder above must let it in.
        folder = self.folder / "munge"
        folder.mkdir(mode=0o700)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.folder.chmod(0o755)
        self._daemon("munged", "--foreground", f"--key-file={key}", f"--socket={self.folder}/munge.socket",
                     f"--pid-file={folder}/pid", f"--log-file={folder}/log", f"--seed-file={folder}/seed", "--force")
        self._wait(lambda: (self.folder / "munge.socket").exists(), 20, "munge's socket")

    def _start_slurm(self):
        ports = free_ports(2)
        host = socket.gethostname().split(".")[0]
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        (self.folder / "slurm.conf").write_text(
            CONF.format(folder=self.folder, host=host, cpus=self.cpus, ctld_port=ports[0], slurmd_port=ports[1]))
        self._daemon("slurmctld", "-D", "-f", self.environment["SLURM_CONF"])
        self._daemon("slurmd", "-D", "-f", self.environment["SLURM_CONF"])
        self._wait(lambda: self.run("sinfo", "-h", "-o", "%t", check=False).strip() == "idle", 60, "an idle node")

    def _daemon(self, *command):
        log = (self.folder / f"{command[0]}.out.log").open("wb")
        self.daemons.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, start_new_session=True))
        log.close()

    def _wait(self, done, seconds, what):
        end = time.monotonic() + seconds
        while not done():
            for daemon in self.daemons:
                if daemon.poll() is not None:
                    raise RuntimeError(f"{daemon.args[0]} ended with {daemon.returncode}\n{self.logs()}")
            if time.monotonic() > end:
                raise RuntimeError(f"no {what} after {seconds} s\n{self.logs()}")
            time.sleep(0.2)

    def _stop(self):
        if len(self.daemons) > 1:
            self.run("scancel", "--user=root", check=False)
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
