import Foundation
import Testing

@testable import Ledgers

/// The tree, against RFC 6962 written down word for word, and against the roots that Certificate Transparency publishes.
@Suite struct TreeTests {
    @Test func `the eight trees of Certificate Transparency's own tests have the same roots`() throws {
        let leaves: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57], [UInt8](0x60...0x6F),
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var frontier = Frontier()
        for (leaf, root) in zip(leaves, roots) {
            frontier.append(.leaf(leaf))
            #expect(frontier.root.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == root)
        }
    }

    @Test func `roots and proofs are those of the RFC for every entry of every small tree`() throws {
        let log = try Log(70)
        for size in 1...70 {
            let (leaves, tree) = (log.hashes.prefix(size), log.tree(size))
            #expect(try tree.root() == Reference.root(leaves), "\(size)")
            for index in 0..<size { #expect(try tree.inclusion(of: index) == Reference.path(index, leaves), "\(index) of \(size)") }
            for earlier in 1...size { #expect(try tree.consistency(from: earlier) == Reference.consistency(earlier, leaves), "\(earlier) to \(size)") }
        }
    }

    @Test(arguments: [255, 256, 257, 511, 512, 513, 700, 66_000])
    func `also where tiles become full`(size: Int) throws {
        let log = try Log(size)
        let (leaves, tree) = (log.hashes[...], log.tree(size))
        #expect(try tree.root() == Reference.root(leaves))
        // The RFC's own way takes long for the large one.
        for index in size > 1000 ? [65_535, 65_536] : [0, 1, 127, 128, 254, 255, 256, 257, size / 2, size - 2, size - 1] where index < size {
            let path = try tree.inclusion(of: index)
            #expect(path == Reference.path(index, leaves))
            try Proof.check(path, of: leaves[index], at: index, size: size, root: tree.root())
        }
        for earlier in size > 1000 ? [65_537] : [1, 2, 3, 128, 255, 256, 257, size / 2, size - 1, size] where earlier <= size {
            let path = try tree.consistency(from: earlier)
            #expect(path == Reference.consistency(earlier, leaves))
            try Proof.check(path, from: earlier, log.tree(earlier).root(), to: size, tree.root())
        }
    }

    @Test func `a tree that is taken up again from its unfinished tiles grows as if it had never stopped`() throws {
        let hashes = try Log(900).hashes
        var (whole, again) = (Frontier(), Frontier())
        for (place, hash) in hashes.enumerated() {
            again = try #require(Frontier(size: place, edge: again.edge))
            whole.append(hash)
            again.append(hash)
            #expect(again.root == whole.root)
        }
        #expect(Frontier(size: 900, edge: []) == nil)
        #expect(Frontier(size: -1, edge: []) == nil)
        #expect(Frontier(size: 901, edge: whole.edge) == nil)
    }

    // MARK: What is refused

    @Test func `no proof of one entry passes for another, for another size, or with one bit turned`() throws {
        let log = try Log(37)
        for size in [1, 2, 3, 8, 21, 37] {
            let root = try log.tree(size).root()
            for index in 0..<size {
                let path = try log.tree(size).inclusion(of: index)
                try Proof.check(path, of: log.hashes[index], at: index, size: size, root: root)
                for other in 0..<size where other != index {
                    #expect(throws: LedgerRefusal.self) { try Proof.check(path, of: log.hashes[other], at: index, size: size, root: root) }
                    #expect(throws: LedgerRefusal.self) { try Proof.check(path, of: log.hashes[index], at: other, size: size, root: root) }
                }
                for place in path.indices {
                    var changed = path
                    changed[place] = try #require(TreeHash(changed[place].bytes.turned(31)))
                    #expect(throws: LedgerRefusal.notInTree(index: index)) { try Proof.check(changed, of: log.hashes[index], at: index, size: size, root: root) }
                }
                #expect(throws: LedgerRefusal.wrongLength(needed: path.count, found: path.count + 1)) {
                    try Proof.check(path + [root], of: log.hashes[index], at: index, size: size, root: root)
                }
                if !path.isEmpty {
                    #expect(throws: LedgerRefusal.wrongLength(needed: path.count, found: path.count - 1)) {
                        try Proof.check(path.dropLast(), of: log.hashes[index], at: index, size: size, root: root)
                    }
                }
            }
            #expect(throws: LedgerRefusal.beyondTree(index: size, size: size)) { try Proof.check([], of: root, at: size, size: size, root: root) }
            #expect(throws: LedgerRefusal.beyondTree(index: -1, size: size)) { try Proof.check([], of: root, at: -1, size: size, root: root) }
            #expect(throws: LedgerRefusal.beyondTree(index: size, size: size)) { _ = try log.tree(size).inclusion(of: size) }
        }
        #expect(throws: LedgerRefusal.beyondTree(index: 0, size: 0)) { try Proof.check([], of: .ofNothing, at: 0, size: 0, root: .ofNothing) }
    }

    @Test func `a node of the tree does not pass for an entry`() throws {
        let log = try Log(4)
        let (root, inner) = (try log.tree(4).root(), TreeHash.node(log.hashes[0], log.hashes[1]))
        let path = [TreeHash.node(log.hashes[2], log.hashes[3])]
        #expect(TreeHash.node(inner, path[0]) == root)
        #expect(throws: LedgerRefusal.wrongLength(needed: 2, found: 1)) { try Proof.check(path, of: inner, at: 0, size: 4, root: root) }
        #expect(throws: LedgerRefusal.notInTree(index: 0)) { try Proof.check(path, of: .leaf(log.hashes[0].bytes + log.hashes[1].bytes), at: 0, size: 2, root: root) }
    }

    @Test func `no history passes that does not continue the earlier one`() throws {
        let log = try Log(45)
        for size in [1, 2, 3, 7, 8, 20, 45] {
            let root = try log.tree(size).root()
            for earlier in 1...size {
                let (path, old) = (try log.tree(size).consistency(from: earlier), try log.tree(earlier).root())
                try Proof.check(path, from: earlier, old, to: size, root)
                let wrong = try #require(TreeHash(old.bytes.turned(0)))
                let refusal = earlier == size ? LedgerRefusal.fork(size: size) : .rewritten(from: earlier, to: size)
                #expect(throws: refusal) { try Proof.check(path, from: earlier, wrong, to: size, root) }
                #expect(throws: refusal) { try Proof.check(path, from: earlier, old, to: size, wrong) }
                guard earlier < size else { continue }
                #expect(throws: LedgerRefusal.self) { try Proof.check(path + [root], from: earlier, old, to: size, root) }
                #expect(throws: LedgerRefusal.self) { try Proof.check(path.dropLast(), from: earlier, old, to: size, root) }
                for place in path.indices {
                    var changed = path
                    changed[place] = wrong
                    #expect(throws: LedgerRefusal.self) { try Proof.check(changed, from: earlier, old, to: size, root) }
                }
            }
            #expect(throws: LedgerRefusal.stale(known: size + 1, shown: size)) { try Proof.check([], from: size + 1, root, to: size, root) }
        }
        let root = try log.tree(45).root()
        try Proof.check([], from: 0, .ofNothing, to: 45, root)
        #expect(throws: LedgerRefusal.rewritten(from: 0, to: 45)) { try Proof.check([root], from: 0, .ofNothing, to: 45, root) }
        #expect(throws: LedgerRefusal.rewritten(from: 0, to: 45)) { try Proof.check([], from: 0, root, to: 45, root) }
        #expect(throws: LedgerRefusal.rewritten(from: -1, to: 45)) { try Proof.check([], from: -1, root, to: 45, root) }
    }
}
