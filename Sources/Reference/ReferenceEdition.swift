import Foundation
import Languages

/// Where the tables are read from: the files that travel with the product, each replaced by the file of the same name
/// in a folder of the operator's (`ZHUQI_REFERENCE`), so that next year's holidays or a new list of regions need no
/// new version of the product.
struct ReferenceEdition: Sendable {
    /// The operator's folder; nil where there is none.
    private let folder: String?

    init(folder: String?) throws(ReferenceFault) {
        guard let folder, !folder.isEmpty else {
            self.folder = nil
            return
        }
        var isFolder = false
        if let values = try? URL(fileURLWithPath: folder).resourceValues(forKeys: [.isDirectoryKey]) {
            isFolder = values.isDirectory == true
        }
        guard isFolder else {
            throw ReferenceFault(file: folder, line: 0, what: Words("没有这个文件夹", "there is no such folder"))
        }
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        where name.hasSuffix(".csv") && !ReferenceEdition.files.contains(name) {
            throw ReferenceFault(
                file: "\(folder)/\(name)", line: 0,
                what: Words(
                    "没有这个名字的表，只有" + ReferenceEdition.files.joined(separator: "、"),
                    "no table has this name; there are " + ReferenceEdition.files.joined(separator: ", ")))
        }
        self.folder = folder
    }

    private static let files = [
        Industries.file, Jurisdictions.file, Regions.file, SizeRules.file, SubTopics.file, UrgencyRules.file, WorkingDays.file,
    ]

    func table(_ file: String, columns: [String]) throws(ReferenceFault) -> Table {
        try Table(file: file, text: text(file), columns: columns)
    }

    private func text(_ file: String) throws(ReferenceFault) -> String {
        if let folder {
            let replacement = URL(fileURLWithPath: folder).appendingPathComponent(file)
            if FileManager.default.fileExists(atPath: replacement.path) { return try read(replacement, named: replacement.path) }
        }
        let bundled = Bundle.module.bundleURL.appendingPathComponent("Data").appendingPathComponent(file)
        return try read(bundled, named: file)
    }

    private func read(_ file: URL, named name: String) throws(ReferenceFault) -> String {
        guard let data = try? Data(contentsOf: file) else {
            throw ReferenceFault(file: name, line: 0, what: Words("读不出来", "the file cannot be read"))
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ReferenceFault(file: name, line: 0, what: Words("不是UTF-8编码", "the file is not UTF-8"))
        }
        return text
    }
}
