package import Languages

/// Why a file is not taken, said to the person who sent it.
package enum FileRefusal: Error, Hashable, Sendable {
    case empty
    case name
    case notAllowed(ending: String, allowed: [FileKind])
    case wrongEnding(String)
    /// A polyglot: one file for us, another for another reader.
    case mixed
    case damaged
    case tooLarge(megabytes: Int)
    case pixels(width: Int, height: Int)
    case locked
    case macros
    case tooManyEntries
    /// It would unpack to more than its kind ever needs.
    case unpacksTooLarge
    /// Names that lead out of the archive, links, entries that lie over each other or are archives themselves.
    case trap
    case tooMany(most: Int)
    /// What one person may keep here is used up.
    case quota(megabytes: Int)
    /// The scanner found something, or gave no answer: then nothing is taken (it fails closed).
    case harmful
    case unscanned
    /// Our own disk did not take it.
    case notKept

    package var words: Words {
        switch self {
        case .empty: Words("文件是空的。请另选一个。", "The file is empty. Choose another one.")
        case .name:
            Words("文件名里有看不见的字符。请改个名字再上传。", "The file name contains invisible characters. Rename the file and upload it again.")
        case .notAllowed("heic", let allowed), .notAllowed("heif", let allowed):
            Words("HEIC照片请先存成JPEG。", "Save HEIC photos as JPEG first. ") + FileRefusal.list(allowed)
        case .notAllowed("wps", let allowed), .notAllowed("et", let allowed), .notAllowed("dps", let allowed):
            Words("WPS文件请先另存为docx、xlsx、pptx或PDF。", "Save WPS files as docx, xlsx, pptx or PDF first. ")
                + FileRefusal.list(allowed)
        case .notAllowed(let ending, let allowed):
            (FileRefusal.isPlain(ending)
                ? Words("这里不收.\(ending)文件。", "Files of the kind .\(ending) cannot be taken here. ")
                : Words("这里不收这种文件。", "This kind of file cannot be taken here. ")) + FileRefusal.list(allowed)
        case .wrongEnding(let ending):
            Words(
                "文件名以.\(ending)结尾，内容却不是这种文件。请打开原文件，另存一次再上传。",
                "The name ends in .\(ending), but the content is something else. Open the original, save it again and upload that."
            )
        case .mixed:
            Words(
                "这个文件里还藏着另一个文件。请打开原文件，另存一次再上传。",
                "Another file is hidden inside this one. Open the original, save it again and upload that.")
        case .damaged:
            Words(
                "文件不完整，可能没有传完。请打开看看，再上传一次。",
                "The file is incomplete; perhaps it was cut off on the way. Open it to check, then upload it again.")
        case .tooLarge(let megabytes):
            Words("文件超过了\(megabytes)MB。请压缩或分成几个。", "The file is larger than \(megabytes) MB. Make it smaller or split it.")
        case .pixels(let width, let height):
            Words(
                "图片太大：\(width)×\(height)像素。最多1亿像素，请缩小再上传。",
                "The picture is too large: \(width) × \(height) pixels. The most is 100 million; make it smaller and upload it again."
            )
        case .locked:
            Words("文件设了密码，打不开。请去掉密码再上传。", "The file is locked with a password. Remove the password and upload it again.")
        case .macros:
            Words("文件里有宏。请另存为不带宏的文件再上传。", "The file contains macros. Save it without macros and upload it again.")
        case .tooManyEntries, .unpacksTooLarge:
            Words(
                "文件展开后太大，无法安全打开。请删去多余内容，或存成PDF再上传。",
                "The file would unpack to more than can be opened safely. Remove what is not needed, or save it as PDF.")
        case .trap:
            Words(
                "文件里的目录不对，无法安全打开。请打开原文件，另存一次再上传。",
                "The file's table of contents is not safe to open. Open the original, save it again and upload that.")
        case .tooMany(let most):
            Words("一次最多\(most)个文件。其余的请稍后再加。", "At most \(most) files at a time. Please add the others afterwards.")
        case .quota(let megabytes):
            Words(
                "您的文件已满\(megabytes)MB。请先删去不用的，再上传。",
                "Your files have reached \(megabytes) MB. Remove some that you no longer need, then upload again.")
        case .harmful:
            Words(
                "检查时发现文件里有恶意程序，没有收下。请先在您的电脑上杀毒。",
                "The check found malicious software in the file, so it was not taken. Please scan your computer first.")
        case .unscanned:
            Words(
                "文件检查暂时不可用，所以先不收。文件还在您这里，请过半小时再传。",
                "Files cannot be checked right now, so none are taken. It is still with you; please upload it in half an hour.")
        case .notKept:
            Words("文件没有存上，是我们的问题。文件还在您这里，请过一会儿再传。", "The file could not be stored; that is our fault. It is still with you; please try again shortly.")
        }
    }

    private static func list(_ allowed: [FileKind]) -> Words {
        let endings = allowed.map { $0.endings[0] }
        return Words("可以上传：\(endings.joined(separator: "、"))。", "These can be uploaded: \(endings.joined(separator: ", ")).")
    }

    /// What a person typed is said back only if it looks like an ending.
    private static func isPlain(_ ending: String) -> Bool {
        (1...8).contains(ending.utf8.count) && ending.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }
}
