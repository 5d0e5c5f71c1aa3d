import ArgumentParser
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Jobs
import Logging
import NIOSSL
import ServiceLifecycle
import Storage
import UnixSignals
import Web

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the site, and do its jobs.")

    @Option(help: "The port to listen on; ZHUQI_PORT otherwise.") var port: Int?
    @Option(parsing: .upToNextOption, help: "Certificate chain and private key, as PEM files.") var tls: [String] = []
    @Flag(help: "Let a demo listen on other addresses than this machine's own.") var demoOpen = false

    func run() async throws {
        let settings = try await Settings.load()
        guard tls.isEmpty || tls.count == 2 else { throw ValidationError("--tls takes two files: the certificate chain and its key") }
        let level = settings.logLevel
        LoggingSystem.bootstrap { label in
            var handler = JSONLog(label: label)
            handler.logLevel = label.hasPrefix("zhuqi") ? level : .warning
            return handler
        }
        let log = Logger(label: "zhuqi")
        let database = try await settings.readyDatabase()
        let isDemo = try await House.isDemo(database)
        let host = isDemo && !demoOpen ? "127.0.0.1" : settings.host
        let port = port ?? settings.port
        let house = try House(reference: try settings.tables(), site: settings.site(database, tls: !tls.isEmpty, port: port, isDemo: isDemo, log: log), post: settings.post(database, isDemo: isDemo), digestMinute: settings.digestMinute, terms: settings.terms)
        let doorway = Doorway(site: house.site, routes: house.routes, assets: try Assets.bundled())
        // Headers up to 16 KB each and 32 KB together; a browser sends a tenth of that.
        let base = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [Gate.Keeper()], idleTimeout: .seconds(60),
                httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
        let server: HTTPServerBuilder
        if tls.isEmpty { server = base } else {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(tls[0]).map { .certificate($0) }, privateKey: .privateKey(try NIOSSLPrivateKey(file: tls[1], format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            server = try .tls(base, tlsConfiguration: configuration)
        }
        let application = Application(
            responder: doorway, server: server, configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { _ in
                print("zhuqi: open \(house.site.settings.baseURL)\(isDemo ? "/demo" : "")")
                fflush(nil)
            }, logger: log)
        let group = ServiceGroup(
            configuration: .init(services: [application, house.workshop(log: log, auditFolder: settings.auditFolder, erasures: settings.erasureList)], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        database.close()
    }
}

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the database up to this program; refuses a newer one.")

    func run() async throws {
        let database = try await Settings.load().database()
        let done = try await database.migrate(House.migrations)
        print(done.isEmpty ? "zhuqi: the database is up to date" : "zhuqi: \(done.count) steps done: \(done.joined(separator: ", "))")
        database.close()
    }
}

/// One JSON object a line (ASVS V16): no value can break a line.
struct JSONLog: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = ["at": Date().formatted(.iso8601), "level": event.level.rawValue, "message": "\(event.message)", "from": label]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) { fields[key] = "\(value)" }
        guard let line = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes]) else { return }
        // A line that cannot be written, as when the disk is full, is lost; the program goes on.
        try? FileHandle.standardError.write(contentsOf: line + [10])
    }
}
