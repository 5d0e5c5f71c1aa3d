package import Languages

/// Why something from a ledger is not believed. Each reason has its own sentence, because each leads to another question:
/// a changed paper to its holder, a fork to the institution.
package enum LedgerRefusal: Error, Hashable, Sendable {
    // What cannot be read
    case badNote
    case badCheckpoint
    case badProof(line: Int)
    case badKey
    case noOpening

    // Whose signature it is
    case unsigned
    case otherName(wanted: String, found: String)
    case otherKey(name: String)
    case changedCheckpoint(name: String)
    case otherLog(wanted: String, found: String)

    // Whether the entry stands in the tree
    case otherEntry(wanted: String, found: String)
    case changedContent
    case beyondTree(index: Int, size: Int)
    case wrongLength(needed: Int, found: Int)
    case notInTree(index: Int)

    // Whether the log is still the same
    case stale(known: Int, shown: Int)
    case fork(size: Int)
    case rewritten(from: Int, to: Int)

    // Whether its server gives what it has signed
    case missing(path: String)
    case badTile(path: String)
    case changedTile(path: String)
    case changedEntry(index: Int)

    package var words: Words {
        switch self {
        case .badNote: Words("这不是一份签名的文本：格式不对", "This is not a signed note: its form is wrong")
        case .badCheckpoint: Words("签名的文本里不是台账检查点：应有台账名、条数和根值三行", "The signed text is no checkpoint: it should have a log, a size and a root, one a line")
        case .badProof(let line): Words("证明文件第\(line)行不对", "Line \(line) of the proof file is wrong")
        case .badKey: Words("公钥写得不对：应是“名称+八位编号+密钥”", "The public key is not written as name+hash+key")
        case .noOpening: Words("证明文件里没有随机数，无法把内容与台账对上", "The proof file carries no salt, so that the content cannot be compared with the ledger")
        case .unsigned: Words("检查点没有任何签名", "The checkpoint bears no signature")
        case .otherName(let wanted, let found): Words("检查点由“\(found)”签名，不是“\(wanted)”", "The checkpoint is signed by “\(found)”, not by “\(wanted)”")
        case .otherKey(let name): Words("检查点以“\(name)”的名义签名，但用的是另一把密钥", "The checkpoint is signed in the name of “\(name)”, but with another key")
        case .changedCheckpoint(let name): Words("检查点在“\(name)”签名之后被改过", "The checkpoint was changed after “\(name)” had signed it")
        case .otherLog(let wanted, let found): Words("检查点属于另一本台账“\(found)”，不是“\(wanted)”", "The checkpoint belongs to another ledger, “\(found)”, not to “\(wanted)”")
        case .otherEntry(let wanted, let found): Words("这份证明属于另一项记录（\(found)），不是这一项（\(wanted)）", "This proof is for another entry (\(found)), not for this one (\(wanted))")
        case .changedContent: Words("内容与当时记入台账的不一致：被改过", "The content is not what was entered in the ledger: it was changed")
        case .beyondTree(let index, let size): Words("证明说的是第\(index)条，可检查点只有\(size)条", "The proof speaks of entry \(index), but the checkpoint has only \(size) entries")
        case .wrongLength(let needed, let found): Words("证明应有\(needed)个值，实有\(found)个：台账条数或条目编号对不上", "The proof needs \(needed) hashes and has \(found): the size of the tree or the number of the entry does not fit")
        case .notInTree(let index): Words("从第\(index)条算不到签名的根值：证明被改过，或属于另一条", "From entry \(index) the signed root is not reached: the proof was changed, or belongs to another entry")
        case .stale(let known, let shown): Words("台账给出的检查点只有\(shown)条，而此前已见过\(known)条的：这是旧的", "The ledger shows a checkpoint of \(shown) entries, though one of \(known) was seen before: it is stale")
        case .fork(let size): Words("台账在第\(size)条处有两个不同的签名根值：它分叉了", "The ledger has signed two different roots for \(size) entries: it has forked")
        case .rewritten(let from, let to): Words("\(to)条的台账不是由\(from)条的续写而成：历史被改写", "The ledger of \(to) entries does not continue that of \(from): its past was rewritten")
        case .missing(let path): Words("台账服务器缺少已签名的部分：\(path)", "The ledger's server lacks a part of what it has signed: \(path)")
        case .badTile(let path): Words("台账的这一部分长度或格式不对：\(path)", "This part of the ledger has the wrong length or form: \(path)")
        case .changedTile(let path): Words("台账的这一部分与签名的根值不符：\(path)", "This part of the ledger does not fit the signed root: \(path)")
        case .changedEntry(let index): Words("台账第\(index)条的内容与树上的值不符", "Entry \(index) of the ledger does not fit its hash in the tree")
        }
    }
}
