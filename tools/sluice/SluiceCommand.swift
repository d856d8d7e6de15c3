import ArgumentParser

/// The host's side of Sluice: sends orders, makes load, reads journals. It speaks with the kernel's own modules.
@main struct SluiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Talks to a Sluice guest and reads its journal.",
    discussion: "Start a guest with `make run`; it takes orders when its console says `sluice: ready`.",
    subcommands: [SendCommand.self, LoadCommand.self, JournalCommand.self])
}

/// Something that went wrong outside of this program: what happened, what was expected, what to do.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
