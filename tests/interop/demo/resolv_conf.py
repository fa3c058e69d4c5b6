"""resolv_conf.py — programs with a resolv.conf of their own, so that a test's name server answers them."""
import subprocess


def can_mount():
    """Whether that can be had: for root, and not below a chroot, which is no mount."""
    return subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def mounted(resolv_conf, command):
    """The command with this file in the place of the host's."""
    mount = 'mount --bind "$0" "$(readlink -f /etc/resolv.conf)" && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", mount, str(resolv_conf), *command]
