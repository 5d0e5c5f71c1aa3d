import Foundation
import Files
import Happenings
import Identity
import Jobs
import Languages
import Messaging
import Storage
import Testing
import Turns
import Values
import Web

enum Bed {
    static var migrations: [Migration] {
        Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
            + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
            + FilesRoom(maySee: { _, _, _, _ in false }).migrations
    }

    static let now = Instant(Day(number: 20_400), 10)

    static func time(_ minutes: Int) -> Instant { now + .minutes(minutes) }
}
