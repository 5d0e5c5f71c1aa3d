import ArgumentParser
import Foundation
import Logging
import Messaging
import Storage
import Values
import Web

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "Print method, path, permission and roles of every route, and which want a fresh proof; the table is a file under review.")

    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        let routes = try House.forPrinting().routes.all
        if json {
            let rows = routes.map { route in
                ["method": route.verb, "path": route.path, "permission": route.permission, "roles": route.roles.joined(separator: " "), "proof": route.proof ?? ""]
            }
            let data = try JSONSerialization.data(withJSONObject: rows, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            print(String(decoding: data, as: UTF8.self))
        } else {
            for route in routes { print(([route.verb, route.path, route.permission, route.roles.joined(separator: " ")] + (route.proof.map { [$0] } ?? [])).joined(separator: "\t")) }
        }
    }
}

extension Route {
    var path: String { pattern == "/" ? "/" : "/" + pattern }

    var permission: String {
        switch access.door {
        case .everyone: "everyone"
        case .signedIn: "signedIn"
        case .demo: "demo"
        case .permission(let entry): entry.name
        }
    }

    /// `fresh` where the person proves anew who they are (S9).
    var proof: String? { access.wantsFreshProof ? "fresh" : nil }

    /// `officer@institution`, one for each grant.
    var roles: [String] {
        guard case .permission(let entry) = access.door else { return [] }
        return entry.grants.map { "\($0.role.name)@\($0.within.text)" }.sorted()
    }
}
