// Accepts an export of a ledger and a proof of one record with stock libraries only: golang.org/x/mod/sumdb (note, tlog) and
// transparency-dev (merkle, formats). Nothing here knows anything of the program that wrote them.
//
//	interop FOLDER LOG-VKEY WITNESS-VKEY PROOF RECORD EARLIER CONSISTENCY
//
// PROOF is a tlog-proof of the file RECORD, EARLIER an earlier checkpoint, CONSISTENCY its proof: one base64 hash per line.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/log"
	cosigned "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

// tiles reads hash tiles of height 8 from the folder; tlog writes their height into the path, tlog-tiles does not.
type tiles struct{ folder string }

func (t tiles) Height() int                         { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		read, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		data = append(data, read)
	}
	return data, nil
}

func hashes(lines []string) (found [][]byte) {
	for _, line := range lines {
		if line != "" {
			found = append(found, must(base64.StdEncoding.DecodeString(line)))
		}
	}
	return found
}

func main() {
	folder, record := os.Args[1], must(os.ReadFile(os.Args[5]))
	key, witness := must(note.NewVerifier(os.Args[2])), must(cosigned.NewVerifierForCosignatureV1(os.Args[3]))

	// 1. The checkpoint: the ledger's signature, the witness's, and the same head twice.
	text := must(os.ReadFile(filepath.Join(folder, "checkpoint")))
	head, _, opened, err := log.ParseCheckpoint(text, key.Name(), key, witness)
	check(err)
	tree := must(tlog.ParseTree([]byte("go.sum database tree\n" + strings.SplitN(opened.Text, "\n", 2)[1])))
	fmt.Printf("checkpoint: %d records, signatures: %d\n", head.Size, len(opened.Sigs))

	// 2. Every record: its bundle, its leaf in the tiles, and a proof that tlog makes from our tiles.
	reader := tlog.TileHashReader(tlog.Tree{N: tree.N, Hash: tree.Hash}, tiles{folder})
	found := 0
	for index := int64(0); index < tree.N; {
		width := min(tree.N-index, 256)
		tile := tlog.Tile{H: 8, L: -1, N: index / 256, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle := must(os.ReadFile(filepath.Join(folder, path)))
		for len(bundle) > 0 {
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2:end])
			check(tlog.CheckRecord(must(tlog.ProveRecord(tree.N, index, reader)), tree.N, tree.Hash, index, leaf))
			if bytes.Equal(bundle[2:end], record) {
				found++
			}
			bundle, index = bundle[end:], index+1
		}
	}
	fmt.Printf("tiles: every record has a proof, %d is the one to prove\n", found)

	// 3. Our proof of one record, with transparency-dev/merkle.
	top, rest, ok := strings.Cut(string(must(os.ReadFile(os.Args[4]))), "\n\n")
	lines := strings.Split(top, "\n")
	if !ok || lines[0] != "c2sp.org/tlog-proof@v1" {
		check(fmt.Errorf("no tlog-proof"))
	}
	signed, _, _, err := log.ParseCheckpoint([]byte(rest), key.Name(), key)
	check(err)
	index := must(strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64))
	leaf := rfc6962.DefaultHasher.HashLeaf(record)
	check(proof.VerifyInclusion(rfc6962.DefaultHasher, index, signed.Size, leaf, hashes(lines[2:]), signed.Hash))
	fmt.Printf("proof: record %d of %d\n", index, signed.Size)

	// 4. Our proof that the ledger still begins as an earlier checkpoint says.
	earlier, _, _, err := log.ParseCheckpoint(must(os.ReadFile(os.Args[6])), key.Name(), key)
	check(err)
	grown := hashes(strings.Split(string(must(os.ReadFile(os.Args[7]))), "\n"))
	check(proof.VerifyConsistency(rfc6962.DefaultHasher, earlier.Size, head.Size, grown, earlier.Hash, head.Hash))
	fmt.Printf("consistency: %d records are the beginning of %d\n", earlier.Size, head.Size)
}
