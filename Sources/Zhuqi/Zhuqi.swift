import ArgumentParser

/// The program: one command for each thing that an operator does.
@main
struct Zhuqi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zhuqi",
        abstract: "助企: expert volunteers help small and medium enterprises, free of charge.",
        subcommands: [
            Serve.self, Migrate.self, DemoCommand.self, UserCommand.self, Check.self, RoutesCommand.self, HoldingsCommand.self, BackupCommand.self, RestoreCommand.self, TriageCommand.self, Match.self, Audit.self, LedgerCommand.self, VerifyCommand.self, KeysCommand.self, CanonicalCommand.self,
        ])
}
