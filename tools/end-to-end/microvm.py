"""Machines without a PCI bus: where devices are looked for, what is said of those that can not be used."""

from client import Client
from guest import check, equal, stops
from suite import test

MICROVM = ("--machine", "microvm")
# What Firecracker's devices offer, made of QEMU's: queues of 256, one for the disk and two for the network, and little else.
FIRECRACKER = [
    f"virtio-{device}-device.{word}"
    for device, words in {
        "net": "mq=off ctrl_vq=off ctrl_rx=off ctrl_vlan=off ctrl_rx_extra=off ctrl_mac_addr=off ctrl_guest_offloads=off "
               "guest_announce=off status=off indirect_desc=off packed=off any_layout=off rx_queue_size=256",
        "blk": "num-queues=1 queue-size=256 indirect_desc=off packed=off any_layout=off discard=off write-zeroes=off "
               "config-wce=off",
    }.items()
    for word in words.split()
]


def trades(guest, name=b"FIRST"):
    """Two orders of a client are answered, each woken for by the device."""
    guest.ready()
    client = Client(guest, name)
    client.order(b"B", 1, 10_0000)
    client.order(b"B", 1, 10_0000)
    interrupts = guest.stats()["interrupts-network"]
    check(0 < interrupts < 100, f"two orders came with {interrupts} interrupts of the network device")
    guest.kill()


@test("devices without a bus: named, or at their fixed place", has_own_machine=True, has_own_boot=True)
def places(space):
    for cores in (1, 2, 4):
        disk = space.disk(f"{cores}.img")
        trades(space.boot(*MICROVM, "--smp", str(cores), disk=disk, whole_line=True))
        guest = space.boot(*MICROVM, "--smp", str(cores), "--", "-machine", "acpi=on", disk=disk, whole_line=True)
        records, _ = guest.ready()
        check(records > 0, "the journal of the machine without ACPI is not there on the one with it")
        if cores > 1:
            check(f"sluice: {cores} cores up, found by ACPI" in guest.text, f"it said:\n{guest.text}")
        trades(guest, b"SECOND")


@test("a microvm with neither a clock chip nor an 8259", has_own_machine=True, has_own_boot=True)
def bare(space):
    guest = space.boot(*MICROVM, "--", "-machine", "rtc=off,pic=off", append="durability=none", whole_line=True)
    guest.wait_for("the clock chip tells no date and time")
    guest.ready()
    client = Client(guest)
    client.send(client.enter(b"B", 1, 10_0000))
    sequence, (answer,) = client.receive()
    equal((sequence, answer[:1]), (1, b"A"), "the answer")
    since_midnight = int.from_bytes(answer[1:9], "big")
    check(since_midnight < 60 * 10**9, f"without a clock the time is {since_midnight} ns since midnight")


@test("devices with no more than Firecracker's offer", has_own_machine=True, has_own_boot=True)
def firecracker(space):
    disk = space.disk()
    limits = [word for setting in FIRECRACKER for word in ("-global", setting)]
    for name in (b"FIRST", b"SECOND"):
        trades(space.boot(*MICROVM, "--", *limits, disk=disk, append="pci=off", whole_line=True), name)


@test("devices without a bus that can not be used", has_own_machine=True, has_own_boot=True)
def unusable(space):
    def stop(*words, machine=(), append="durability=none"):
        stops(space.boot(*machine, append=append, whole_line=True), *words)

    stop("legacy", "virtio-mmio.force-legacy=false",
         machine=(*MICROVM, "--", "-global", "virtio-mmio.force-legacy=true"))
    # Without ACPI the devices are not where they always are, and the I/O APIC has no such input.
    stop("the network device cannot be used", "an I/O APIC",
         machine=(*MICROVM, "--", "-machine", "auto-kernel-cmdline=off"))
    q35 = ("--machine", "q35")
    stop("no virtio network device", machine=q35, append="durability=none pci=off")
    # The third and the fourth are where the I/O APIC and the local ones answer.
    for place, address in (
        ("0xfeb00000", 0xFEB0_0000), ("0x100000", 0x10_0000), ("0xfec00000", 0xFEC0_0000), ("0xfee00000", 0xFEE0_0000),
        ("3G", 3 << 30), ("0xfffffffffffff000", 2**64 - 4096),
    ):
        stop(f"no virtio device answers at {address:#x},", machine=q35, append=f"virtio_mmio.device=0x200@{place}:5")
    for value in ("", "512", "512@0xfeb00000", "512@:5", "@0xfeb00000:5", "512@0xfeg00000:5", "512@0xfeb00000:x"):
        word = f"virtio_mmio.device={value}"
        stop("unreadable device on the command line", word, "SIZE@ADDRESS:INTERRUPT", machine=q35, append=word)
    named = " ".join(["virtio_mmio.device=512@0xfeb00000:5"] * 17)
    stop("more than 16 devices", machine=q35, append=named)


@test("a device that speaks both versions, and one behind a bridge", has_own_machine=True, has_own_boot=True)
def bridges(space):
    more = "-device virtio-net-pci,netdev=more -netdev user,id=more,restrict=on"
    bridge = ("-device pcie-root-port,id=first,chassis=1,slot=1 -device pcie-root-port,id=second,chassis=2,slot=2 "
              "-netdev user,id=behind,restrict=on -device virtio-net-pci,bus=second,netdev=behind,disable-legacy=on")
    for machine, arguments in (("q35", more), ("pc", more), ("q35", bridge)):
        guest = space.boot("--machine", machine, "--net", "none", "--", *arguments.split(),
                           append="durability=none", whole_line=True)
        guest.ready()
        guest.kill()
    legacy = more.replace("virtio-net-pci,", "virtio-net-pci,disable-modern=on,").split()
    guest = space.boot("--machine", "q35", "--net", "none", "--", *legacy, append="durability=none", whole_line=True)
    stops(guest, "legacy", "disable-modern=off")


@test("more devices than are of use", has_own_machine=True, has_own_boot=True)
def many(space):
    def boot(*devices, append="durability=none", **more):
        words = " ".join(devices).split()
        return space.boot(
            "--machine", "q35", "--net", "none", "--", *words, append=append, whole_line=True, **more)

    network = "-device virtio-net-pci,netdev=n,disable-legacy=on,addr=1c -netdev user,id=n,restrict=on"
    others = (f"-device virtio-rng-pci,disable-legacy=on,multifunction=on,addr={4 + index // 8:x}.{index % 8}"
              for index in range(40))
    guest = boot(*others, network)
    guest.ready()
    guest.kill()
    # One that is no network device says nothing of those.
    guest = boot("-device virtio-balloon-pci,disable-modern=on")
    check("legacy" not in stops(guest, "no virtio network device"), "a legacy balloon is taken for a network device")
    # Each behind a bridge of its own, with the registers GiB apart: those of the devices in use alone are mapped.
    ports = [f"-device pcie-root-port,id=port{index},chassis={index},slot={index},pref64-reserve=4G"
             for index in range(10)]
    networks = [f"-device virtio-net-pci,disable-legacy=on,bus=port{index},netdev=n{index} "
                f"-netdev user,id=n{index},restrict=on" for index in range(9)]
    disk = (f"-blockdev driver=file,node-name=last,filename={space.disk()} "
            "-device virtio-blk-pci,disable-legacy=on,bus=port9,drive=last")
    guest = boot(*ports, *networks, disk, append="", memory=128)
    equal(guest.ready(), (0, 0), "records and live orders of the disk behind nine network devices")
    guest.kill()
