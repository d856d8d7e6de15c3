import ArgumentParser
import Buffers
import Exchange
import Journaling
import Sessions

/// `sluice journal`: what a disk's journal holds, and whether it is whole.
struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Reads the journal on a disk image, and never writes to it.",
    discussion: """
      The image is raw: the journal is in the partition of its type, or, where there are no partitions, on the whole disk. \
      End the guest first: while it runs, the end of its journal moves.
      """,
    subcommands: [DumpCommand.self, VerifyCommand.self])

  struct DumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dump", abstract: "Prints every input in the order in which it was applied.")

    @Argument(help: "The disk image, such as build/disk.img.") var file: String
    @Option(help: "Only inputs of this client.") var client: String?

    func run() throws {
      let reader = try JournalReader(path: file)
      reader.sayPartition()
      try reader.forEachEntry { number, record, bytes in
        guard let entry = JournalEntry(bytes) else {
          print("\(number) record \(record): \(bytes.byteCount) bytes that are no input of this version")
          return
        }
        guard client == nil || client == entry.client.text else { return }
        let refused = entry.kind == .refused ? "  (refused: the journal was full)" : ""
        print(
          "\(number) record \(record)  \(timeOfDay(entry.nanosecondsSinceMidnight))  \(entry.client.text)  "
            + entry.message.text + refused)
      }
    }
  }

  struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Checks every record and applies all inputs again, as the guest does at boot.",
      discussion:
        "The exit status is 0 when the journal is whole; a torn tail that no answer depends on is whole.")

    @Argument(help: "The disk image, such as build/disk.img.") var file: String

    func run() throws {
      let reader = try JournalReader(path: file)
      reader.sayPartition()
      let summary = try reader.replay()
      print(
        "\(file): whole. \(summary.recordCount) records, \(summary.entryCount) inputs, "
          + "\(summary.liveOrderCount) live orders, \(summary.clientCount) clients, "
          + "state 0x\(String(summary.stateDigest, radix: 16)), "
          + "\(summary.usedSectorCount) of \(summary.sectorCount) sectors used")
      if let sector = summary.tornTailSector {
        print("A torn tail at sector \(sector) was never acknowledged; the guest cuts it at its next boot.")
      }
    }
  }
}
