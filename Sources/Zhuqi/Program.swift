import Foundation

/// Where PostgreSQL is, said to its own programs by the environment: a password in an argument could be read by everybody here.
struct PostgresAddress {
    let environment: [String: String]

    init(_ url: String) {
        let parts = URLComponents(string: url)
        func question(_ name: String) -> String? { parts?.queryItems?.first { $0.name == name }?.value }
        var environment: [String: String] = [:]
        func set(_ name: String, _ value: String?) { if let value, !value.isEmpty { environment[name] = value } }
        set("PGHOST", question("host") ?? parts?.host)
        set("PGPORT", question("port") ?? parts?.port.map(String.init))
        set("PGUSER", question("user") ?? parts?.user)
        set("PGPASSWORD", question("password") ?? parts?.password)
        set("PGSSLMODE", question("sslmode"))
        set("PGSSLROOTCERT", question("sslrootcert"))
        set("PGDATABASE", parts.map { String($0.path.dropFirst()) })
        self.environment = environment
    }
}

/// A program of the system: an argument list, never a command line (I12).
struct Program {
    private let process = Process()
    private let name: String

    init(_ name: String, _ arguments: [String], _ address: PostgresAddress? = nil) {
        self.name = name
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(name)")
        process.arguments = arguments
        if let address { process.environment = ProcessInfo.processInfo.environment.merging(address.environment) { $1 } }
    }

    func run() throws {
        try start()
        try finish()
    }

    private func start() throws {
        // One that ends early is told by its status, not by ending us with it.
        signal(SIGPIPE, SIG_IGN)
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)") else {
            throw SettingsFailure("\(name) is missing on this machine: \(name == "tar" ? "install tar" : "install postgresql-client")")
        }
        try process.run()
    }

    /// Hands what it writes to `take`.
    func pour(_ take: (FileHandle) throws -> Void) throws {
        let pipe = Pipe()
        process.standardOutput = pipe
        try start()
        try? pipe.fileHandleForWriting.close()
        try take(pipe.fileHandleForReading)
        try finish()
    }

    /// Lets it read what `give` writes.
    func fill(_ give: (FileHandle) throws -> Void) throws {
        let (pipe, complaints) = (Pipe(), Pipe())
        process.standardInput = pipe
        process.standardError = complaints
        try start()
        try? complaints.fileHandleForWriting.close()
        try? pipe.fileHandleForReading.close()
        do { try give(pipe.fileHandleForWriting) } catch let failure as SettingsFailure {
            // What it says of its own half-read input would only hide the reason.
            process.terminate()
            try? pipe.fileHandleForWriting.close()
            process.waitUntilExit()
            throw failure
        } catch {}  // It ended early, and says itself why.
        try? pipe.fileHandleForWriting.close()
        FileHandle.standardError.write(complaints.fileHandleForReading.readDataToEndOfFile())
        try finish()
    }

    private func finish() throws {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SettingsFailure("\(name) ended with \(process.terminationStatus); its reason stands above, and nothing was changed") }
    }
}
