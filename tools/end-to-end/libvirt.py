"""The domains that tools/libvirt-domain prints: libvirt's own schema accepts them, and they say what was asked."""

import os
import subprocess
import xml.etree.ElementTree as xml

from guest import ROOT, check, equal
from suite import test

QCOW2_HEADER = b"QFI\xfb\0\0\0\3"


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def domain(*options):
    """The text of a domain."""
    printed = run([f"{ROOT}/tools/libvirt-domain", *options])
    check(printed.returncode == 0, f"tools/libvirt-domain {' '.join(options)} failed:\n{printed.stdout}")
    return printed.stdout


def validated(space, text):
    """What libvirt's validator says of a domain: its status, and its words."""
    file = space.path("domain.xml")
    with open(file, "w") as domain:
        domain.write(text)
    result = run(["virt-xml-validate", file, "domain"])
    return result.returncode, result.stdout


def files(space):
    """A kernel and two disks, as far as the command looks at them."""
    kernel, raw, qcow2 = (space.path(name) for name in ("kernel.elf", "raw.img", "disk.qcow2"))
    for name, content in ((kernel, b"\x7fELF"), (raw, bytes(512)), (qcow2, QCOW2_HEADER)):
        with open(name, "wb") as file:
            file.write(content)
    return kernel, raw, qcow2


@test("libvirt accepts the domains", has_own_machine=True)
def domains_validate(space):
    kernel, raw, qcow2 = files(space)
    sources = [("--boot", "pvh", "--kernel", kernel, "--disk", disk) for disk in (raw, qcow2, "none")]
    sources += [("--boot", "uefi", "--disk", disk) for disk in (raw, qcow2)]
    machines = (
        ("--machine", "q35", "--type", "kvm", "--cores", "4", "--append", "ip=192.168.122.50/24 gw=192.168.122.1"),
        ("--machine", "q35", "--type", "qemu", "--network", "bridge=br0"),
        ("--machine", "pc", "--type", "kvm", "--memory", "16", "--network", "bridge=br0"),
        ("--machine", "pc", "--type", "qemu", "--cores", "2", "--append", "<&,'\""),
    )
    for options in (source + machine for source in sources for machine in machines):
        status, said = validated(space, domain(*options))
        check(status == 0, f"{' '.join(options)}: {said}")


@test("libvirt's validator refuses a broken domain", has_own_machine=True)
def broken_domains(space):
    kernel, raw, _ = files(space)
    text = domain("--boot", "pvh", "--kernel", kernel, "--disk", raw)
    for whole, broken in (
        ('model="virtio-non-transitional"', 'model="virtio-modern"'), ('cache="writeback"', 'cache="lazy"'),
        ("<on_crash>restart</on_crash>", "<on_crash>resume</on_crash>"), ("<vcpu>1</vcpu>", "<vcpu>one</vcpu>"),
        ('slot="0x03"', 'slot="0x20"'), ("</domain>", ""),
    ):
        check(whole in text, f"{whole} is not in the domain:\n{text}")
        status, said = validated(space, text.replace(whole, broken))
        check(status != 0, f"{broken} was accepted: {said}")


@test("libvirt domains say what was asked", has_own_machine=True)
def what_domains_say(space):
    kernel, raw, qcow2 = files(space)
    words = "ip=10.9.8.7/24", "durability=none"
    both = " ".join(words)
    appended = "--append", words[0], "--append", words[1]
    pvh = xml.fromstring(domain("--boot", "pvh", "--kernel", kernel, "--disk", raw, "--memory", "9", *appended))
    uefi = xml.fromstring(domain(
        "--disk", qcow2, "--machine", "pc", "--type", "qemu", "--name", "venue", "--network", "bridge=br7", *appended))
    for what, seen, expected in (
        ("kernel", pvh.findtext("os/kernel"), kernel), ("words over PVH", pvh.findtext("os/cmdline"), both),
        ("memory", pvh.findtext("memory"), "9"), ("cores under KVM", pvh.findtext("vcpu"), "1"),
        ("a raw disk", pvh.find("devices/disk/driver").get("type"), "raw"),
        ("its file", pvh.find("devices/disk/source").get("file"), raw),
        ("a qcow2 disk", uefi.find("devices/disk/driver").get("type"), "qcow2"),
        ("words over SMBIOS", uefi.findtext("sysinfo/oemStrings/entry"), "sluice.cmdline=" + both),
        ("SMBIOS in use", uefi.find("os/smbios").get("mode"), "sysinfo"),
        ("firmware", uefi.find("os").get("firmware"), "efi"), ("machine", uefi.find("os/type").get("machine"), "pc"),
        ("name", uefi.findtext("name"), "venue"),
        ("bridge", uefi.find("devices/interface/source").get("bridge"), "br7"),
        # What keeps an emulated core's memory barriers.
        ("most cores in emulation", (uefi.findtext("vcpu"), uefi.find("vcpu").get("current")), ("2", "1")),
    ):
        equal(seen, expected, what)
    for root in (pvh, uefi):
        equal({root.find("devices/disk").get("model"), root.find("devices/interface/model").get("type")},
              {"virtio-non-transitional"}, "devices")
        equal(root.find("devices/disk/driver").get("cache"), "writeback", "cache mode, which has to pass flushes on")


@test("libvirt domains that make no sense are named", has_own_machine=True)
def refused_options(space):
    kernel, raw, _ = files(space)
    missing = space.path("missing.img")
    check(not os.path.exists(missing), "it is there")
    for words, *options in (
        ("--machine", "--machine", "microvm", "--disk", raw),
        ("--kernel with --boot uefi", "--kernel", kernel, "--disk", raw),
        ("nothing to boot from", "--disk", "none"), ("no disk at " + missing, "--disk", missing),
        ("no kernel at " + missing, "--boot", "pvh", "--kernel", missing), ("1 or more", "--disk", raw, "--cores", "0"),
        ("a name is missing", "--disk", raw, "--network", "bridge="),
    ):
        result = run([f"{ROOT}/tools/libvirt-domain", *options])
        check(result.returncode == 2 and words in result.stdout, f"{options}: it said {result.stdout}")
