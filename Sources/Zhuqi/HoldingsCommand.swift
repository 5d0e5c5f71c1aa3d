import ArgumentParser
import Foundation
import Holdings
import Languages
import Values

/// The register of personal data (个人信息保护法 arts. 51, 55): which column is whose, and what becomes of it.
struct HoldingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdings", abstract: "Print which tables and columns hold personal data, what erasing does to them, and how long they are kept.")

    func run() async throws {
        for holding in try House.forPrinting().holdings {
            let fate = switch holding.fate {
            case .deleted: "deleted"
            case .emptied: "emptied"
            case .blocked(let years): "blocked \(years) years"
            case .stays: "stays"
            }
            let kept = holding.age.map { "\($0.span.inSeconds / 86_400) days\($0.isEmptying ? ", then emptied" : "")" } ?? "-"
            for column in holding.columns { print(["\(holding.table)", "\(column.name)", fate, kept, holding.title.english].joined(separator: "\t")) }
        }
    }
}
