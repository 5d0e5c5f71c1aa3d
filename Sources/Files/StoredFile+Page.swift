package import Languages
package import Markup
import Values
package import Web

/// The files of a thing, each a download; with a button to take one away where `remove` says how.
package func fileList(_ files: [StoredFile], remove: ((StoredFile) -> Link)? = nil) -> HTML {
    guard !files.isEmpty else { return "<p class=\"soft\">\(Words("还没有文件。", "No files yet."))</p>" }
    return """
        <ul class="list">\(each: files, { file in
            """
            <li><a class="hit" href="\(StoredFile.page(file.id))">\(icon(.file))<span>\(file.name)<br><span class="soft small">\(time(file.at))\(Words("　", " · "))\(fileSize(file.size))</span></span></a>\
            \(remove.map { link in button(link(file), Words("删去“\(file.name)”", "Remove “\(file.name)”"), kind: "btn quiet") })</li>
            """
        })</ul>
        """
}

/// The field of uploads for any form (`form(…, files: true)`): several at once, what is taken, and that nothing classified
/// may come. `form` holds what was wrong with the files that came before.
package func uploadField(
    _ form: Form? = nil, label: Words = Words("文件", "Files"), optional: Bool = true, several: Bool = true, limit: Int = FileStore.standardLimit
) -> HTML {
    let wrongs = (form?.wrongs ?? []).filter { $0.name == FileStore.field }.map(\.words)
    let id = "f-" + FileStore.field
    let endings = FileKind.allCases.flatMap(\.endings)
    return """
        <div class="\(wrongs.isEmpty ? "field" : "field wrong")"><label for="\(id)">\(label)\(optional ? " <span class=\"optional\">\(Words("选填", "optional"))</span>" as HTML : nil)</label>\
        <div class="hint" id="\(id + "-h")"><p>\(several ? Words("可以选多个，每个", "Several at once, each ") : Words("一个文件，", "One file, "))\(Words("最多\(limit >> 20) MB：照片、PDF、Word、Excel、PPT、文本、录音和录像。照片里的拍摄地点会自动去掉。", "up to \(limit >> 20) MB: photos, PDF, Word, Excel, PowerPoint, text, sound and film. The place where a photo was taken is removed."))</p>\(unclassified)</div>\
        \(each: wrongs, { "<p class=\"wrong-note\">\(icon(.alert))<span><span class=\"hide\">\(Words("错误：", "Error: "))</span>\($0)</span></p>" })\
        <input class="input" id="\(id)" name="\(FileStore.field)" type="file"\(flag: "multiple", several) data-most="\(plain: limit)" accept="\(endings.map { "." + $0 }.joined(separator: ","))"\(attribute: "aria-invalid", wrongs.isEmpty ? nil : "true") aria-describedby="\(id + "-h")"></div>
        """
}

/// 312 KB, 2.1 MB.
package func fileSize(_ bytes: Int) -> String {
    switch bytes {
    case ..<1024: "\(bytes) B"
    case ..<(1 << 20): "\((bytes + 512) >> 10) KB"
    default: "\((bytes * 10 / (1 << 20)) / 10).\((bytes * 10 / (1 << 20)) % 10) MB"
    }
}

extension FileRefusal {
    /// Which of several files is meant.
    func words(about name: String) -> Words { Words("“\(name)”：", "“\(name)”: ") + words }
}
