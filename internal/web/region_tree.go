package web

import (
	"slices"

	"jianfu/internal/i18n"
	"jianfu/internal/region"
)

// regionNode is a region in a tree from which regions are chosen, with those below it.
type regionNode struct {
	Code, Text, Keys string
	Chosen, Open     bool // Open: something below it is chosen
	Below            []regionNode
}

// regionTree is the tree of some regions and all that lie below them; "000000" stands for the nation with all provinces.
func regionTree(p *i18n.Printer, roots, chosen []string) []regionNode {
	var nodes []regionNode
	for _, code := range roots {
		if code == "000000" {
			nation := regionNode{Code: code, Text: p.T("user.regions.all"), Chosen: slices.Contains(chosen, code), Open: true}
			nation.Below = regionTree(p, region.Children(""), chosen)
			nodes = append(nodes, nation)
			continue
		}
		if !region.Known(code) {
			continue
		}
		node := regionNode{Code: code, Text: region.NameIn(p.Language(), code), Keys: initials(region.Name(code)), Chosen: slices.Contains(chosen, code)}
		node.Below = regionTree(p, region.Children(code), chosen)
		node.Open = slices.ContainsFunc(node.Below, func(n regionNode) bool { return n.Chosen || n.Open })
		nodes = append(nodes, node)
	}
	return nodes
}
