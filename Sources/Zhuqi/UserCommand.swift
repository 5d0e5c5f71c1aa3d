import ArgumentParser
import Foundation
import Happenings
import Identity
import Markup
import Reference
import Storage
import Values
import Web

/// What must be done before anybody can sign in, and what only whoever has the machine may do.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "The first administrator, invitations to staff, reset links, and the organisations they work in.",
        subcommands: [First.self, Organisations.self, Invite.self, Reset.self, Factor.self, List.self])

    struct First: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a one-time code, good for one hour, by which the first administrator opens an account.")

        func run() async throws {
            let settings = try await Settings.load()
            let database = try await settings.readyDatabase()
            defer { database.close() }
            let code = try await database.write { try $0.inviteFirstAdministrator(now: .now) }
            guard let code else { throw Stop("there is an administrator already; they invite the next one at \(settings.address)/people, or you do with `zhuqi user invite --role administrator`") }
            print("zhuqi: within one hour, once, whoever has this code opens the first administrator's account:")
            print("  \(code)")
            print("  \(settings.address)\(Invitation.token(.init(code)).text)")
        }
    }

    struct Organisations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "organisation", abstract: "Enter an authority or an institution, and print its id.",
            discussion: "An institution works only once the SME authority of its jurisdiction has designated it, at /institutions.")

        @Option(help: "smeAuthority, civilAffairs or institution.") var kind: String
        @Option(help: "Its name, as on its registration.") var name: String
        @Option(help: "The region it answers for, six digits of GB/T 2260, such as 330000.") var region: String
        @Option(help: "A telephone number for enquiries, which businesses see.") var telephone = ""

        func run() async throws {
            guard let kind = OrganisationEntry.Kind(rawValue: kind), kind != .workstation else {
                throw ValidationError("--kind is smeAuthority, civilAffairs or institution, not “\(self.kind)”; workstations are entered by an officer")
            }
            let name = try word(name, "--name", longest: 80)
            let settings = try await Settings.load()
            let region = try settings.region(region)
            let database = try await settings.readyDatabase()
            defer { database.close() }
            let entry = OrganisationEntry(id: ID<Organisation>(), kind: kind, name: name, region: region.text, telephone: telephone)
            try await database.write { tx in
                if let there = try tx.organisations(kind, limit: 10_000).first(where: { $0.name == name && $0.region == region.text }) {
                    throw Stop("\(name) is there already: \(there.id)")
                }
                try tx.add(entry, now: .now)
                try tx.record(Added(subject: Subject("organisation", entry.id), fields: ["kind": kind.rawValue]), by: .system, at: .now)
            }
            print(entry.id)
        }

        struct Added: Happening { static let kind = "organisation.added"; let subject: Subject; let fields: [String: String] }
    }

    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a link, good for seven days, by which one person opens a staff account in one role.")

        @Option(help: "Their name.") var name: String
        @Option(help: "The login name: a work e-mail or a staff number.") var login: String
        @Option(help: ArgumentHelp("One of \(Role.staff.map(\.name).joined(separator: ", ")).")) var role: String
        @Option(help: "Id or name of the organisation. Not for administrators, auditors and operators.") var organisation: String?
        @Option(help: "Where the role reaches, six digits; the organisation's own region unless said.") var region: String?

        func run() async throws {
            guard let role = Role.staff.first(where: { $0.name == role }) else {
                throw ValidationError("--role is one of \(Role.staff.map(\.name).joined(separator: ", ")), not “\(self.role)”")
            }
            let name = try word(name, "--name", longest: 40)
            let login = try word(login, "--login", longest: 60).lowercased()
            guard !login.contains(where: \.isWhitespace) else { throw ValidationError("--login has no blanks: a work e-mail or a staff number") }
            let settings = try await Settings.load()
            let reach = try region.map { try settings.region($0) }
            let database = try await settings.readyDatabase()
            defer { database.close() }
            let asked = organisation
            let code = try await database.write { tx in
                guard try !tx.isTaken(login: login) else { throw Stop("\(login) has an account already; `zhuqi user reset \(login)` gives a new password") }
                let place = try Invite.place(asked, for: role, tx)
                if let reach, let own = place.flatMap({ RegionCode($0.region) }), !own.contains(reach) {
                    throw Stop("\(reach) lies outside \(place?.name ?? "")'s own region, \(own)")
                }
                return try tx.inviteStaff(name: name, login: login, role: role, organisation: place, region: reach?.text ?? place?.region ?? "", by: .system, now: .now)
            }
            print("zhuqi: within seven days, once, \(login) opens the account here; the link is not kept:")
            print("  \(settings.address)\(Invitation.token(.init(code)).text)")
        }

        private static func place(_ asked: String?, for role: Role, _ reader: Reader) throws -> OrganisationEntry? {
            guard let kind = StaffRole.kind(of: role.name) else {
                if asked != nil { throw Stop("the role \(role.name) stands outside organisations; leave --organisation out") }
                return nil
            }
            guard let asked else {
                throw Stop("the role \(role.name) wants --organisation, the id or name of one of kind \(kind.rawValue); \(try reader.known(kind))")
            }
            return try reader.organisation(kind, called: asked)
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link, good for seven days, that sets a new password.", discussion: "The second factor stays, and is asked for at the next sign-in.")

        @Argument(help: "The login name.") var login: String

        func run() async throws {
            let settings = try await Settings.load()
            let database = try await settings.readyDatabase()
            defer { database.close() }
            let login = login
            guard let code = try await database.write({ try $0.inviteReset(login: login, by: .system, now: .now) }) else {
                throw Stop("nobody has the login name “\(login)”; `zhuqi user list` prints all")
            }
            print("zhuqi: within seven days, once, \(login) sets a new password here; the link is not kept:")
            print("  \(settings.address)\(Invitation.token(.init(code)).text)")
        }
    }

    struct Factor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take away a second factor that was lost; the next sign-in sets up a new one.",
            discussion: "For the only administrator: of two, one asks and the other does it, on the person's page under /people. The person is told.")

        @Argument(help: "The login name.") var login: String

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            let login = login
            guard try await database.write({ try $0.removeFactor(login: login, now: .now) }) else {
                throw Stop("nobody has the login name “\(login)”; `zhuqi user list` prints all")
            }
            print("zhuqi: \(login) has no second factor now: the next sign-in, by password, sets up a new one and shows nothing else before")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print login names, roles, and whether the second factor is set.")

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            let accounts = try await database.read { try $0.staffAccounts(now: .now) }
            if accounts.isEmpty { FileHandle.standardError.write(Data("zhuqi: nobody yet; `zhuqi user first` prints a code for the first administrator\n".utf8)) }
            for account in accounts {
                let roles = account.roles.map { [$0.role, $0.organisation, $0.region].filter { !$0.isEmpty }.joined(separator: " ") }
                print([account.login, account.hasFactor ? "factor" : "no factor", roles.isEmpty ? "no role" : roles.joined(separator: "; ")].joined(separator: "\t"))
            }
        }
    }
}

extension Reader {
    /// The one that is meant at the command line, by its id or its name.
    func organisation(_ kind: OrganisationEntry.Kind, called text: String) throws -> OrganisationEntry {
        let found = try organisations(kind, limit: 10_000).filter { $0.id.text == text || $0.name == text }
        guard let one = found.first else { throw Stop("no organisation of kind \(kind.rawValue) is called “\(text)”; \(try known(kind))") }
        guard found.count == 1 else { throw Stop("“\(text)” is the name of several; give the id: \(found.map(\.id.text).joined(separator: ", "))") }
        return one
    }

    fileprivate func known(_ kind: OrganisationEntry.Kind) throws -> String {
        let some = try organisations(kind, limit: 20)
        if some.isEmpty {
            return kind == .workstation ? "an officer enters workstations" : "enter it with `zhuqi user organisation --kind \(kind.rawValue) --name … --region …`"
        }
        return "there are " + some.map { "\($0.name) (\($0.id))" }.joined(separator: ", ")
    }
}

extension Settings {
    /// A region of the list, from six digits.
    func region(_ text: String) throws -> RegionCode {
        guard let code = RegionCode(text), try tables().regions[code] != nil else {
            throw ValidationError("“\(text)” is no region of GB/T 2260; six digits, such as 330000 for 浙江省 or 331003 for 黄岩区")
        }
        return code
    }
}

/// A line of text from an argument, without blanks around it.
private func word(_ text: String, _ option: String, longest: Int) throws -> String {
    let word = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...longest).contains(word.count), !word.contains(where: \.isNewline) else { throw ValidationError("\(option) wants one line of 1 to \(longest) characters") }
    return word
}
