// Reads a ledger of 助企 with the Go authors' own packages for signed notes and transparency logs, and nothing of ours:
//
//	ledger log URL KEY                     follows the log at URL: checkpoint, tiles, every entry; prints size, root, entries
//	ledger proof FILE CONTENT ABOUT KEY    checks a proof file against what it is said to prove
//	ledger consistency URL KEY OLD         checks that the log continues the checkpoint in the file OLD
//
// GO111MODULE=off GOPATH=/usr/share/gocode (Debian: golang, golang-golang-x-mod-dev).
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "log":
		err = follow(os.Args[2], os.Args[3])
	case len(os.Args) == 6 && os.Args[1] == "proof":
		err = proof(os.Args[2], os.Args[3], os.Args[4], os.Args[5])
	case len(os.Args) == 5 && os.Args[1] == "consistency":
		err = consistency(os.Args[2], os.Args[3], os.Args[4])
	default:
		err = fmt.Errorf("log URL KEY | proof FILE CONTENT ABOUT KEY | consistency URL KEY OLD")
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// A checkpoint: a signed note of three lines, the first of which is the log's name.
func checkpoint(signed []byte, key string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("checkpoint of another log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func get(address string) ([]byte, error) {
	answer, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", address, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// Tiles of height 8, which tlog-tiles writes without the height.
type tiles struct{ base string }

func path(t tlog.Tile) string { return "tile/" + strings.TrimPrefix(t.Path(), "tile/8/") }

func (tiles) Height() int                     { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (r tiles) ReadTiles(all []tlog.Tile) (data [][]byte, err error) {
	for _, t := range all {
		bytes, err := get(r.base + "/" + path(t))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func follow(base, key string) error {
	signed, err := get(base + "/checkpoint")
	if err != nil {
		return err
	}
	tree, err := checkpoint(signed, key)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, tiles{base})
	var entries []string
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		t := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(width)}
		bundle, err := get(base + "/" + strings.Replace(path(t), "tile/0/", "tile/entries/", 1))
		if err != nil {
			return err
		}
		for n := first; n < first+width; n++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("bundle ends within entry %d", n)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
			if err != nil {
				return err
			}
			if hashes[0] != tlog.RecordHash(entry) {
				return fmt.Errorf("entry %d does not fit its tile", n)
			}
			// The path to the root, for some of them: all would be read from the same tiles again and again.
			if n%97 == 0 || n == tree.N-1 {
				proof, err := tlog.ProveRecord(tree.N, n, reader)
				if err != nil {
					return err
				}
				if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(entry)); err != nil {
					return err
				}
			}
			entries = append(entries, hex.EncodeToString(entry))
		}
		if len(bundle) > 0 {
			return fmt.Errorf("bundle %d is too long", t.N)
		}
	}
	fmt.Println(tree.N, tree.Hash)
	fmt.Println(strings.Join(entries, "\n"))
	return nil
}

func consistency(base, key, file string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, err := checkpoint(old, key)
	if err != nil {
		return err
	}
	signed, err := get(base + "/checkpoint")
	if err != nil {
		return err
	}
	tree, err := checkpoint(signed, key)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, before.N, tlog.TileHashReader(tree, tiles{base}))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
		return err
	}
	fmt.Println(before.N, tree.N)
	return nil
}

// c2sp.org/tlog-proof: a first line, the extra line (what it is about, salt, entry), the index, the path, and the checkpoint.
func proof(file, content, about, key string) error {
	all, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	said, err := os.ReadFile(content)
	if err != nil {
		return err
	}
	head, signed, ok := bytes.Cut(all, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no proof file")
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	opening := strings.Split(string(extra), "\n")
	if len(opening) != 3 || opening[0] != about {
		return fmt.Errorf("proof of another entry")
	}
	salt, err := base64.StdEncoding.DecodeString(opening[1])
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	tree, err := checkpoint(signed, key)
	if err != nil {
		return err
	}
	entry := sha256.Sum256(append(salt, said...))
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry[:])); err != nil {
		return err
	}
	fmt.Println(index, tree.N)
	return nil
}
