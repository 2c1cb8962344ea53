package view

import (
	"slices"

	"jianfu/internal/i18n"
	"jianfu/internal/region"
)

// RegionNode is a region in a tree from which regions are chosen, with those below it.
type RegionNode struct {
	Code, Text, Keys string
	Chosen, Open     bool // Open: something below it is chosen
	Below            []RegionNode
}

// RegionTree is the tree of some regions and all that lie below them; "000000" stands for the nation with all provinces.
func RegionTree(p *i18n.Printer, roots, chosen []string) []RegionNode {
	var nodes []RegionNode
	for _, code := range roots {
		if code == "000000" {
			nation := RegionNode{Code: code, Text: p.T("user.regions.all"), Chosen: slices.Contains(chosen, code), Open: true}
			nation.Below = RegionTree(p, region.Children(""), chosen)
			nodes = append(nodes, nation)
			continue
		}
		if !region.Known(code) {
			continue
		}
		node := RegionNode{Code: code, Text: region.NameIn(p.Language(), code), Keys: Initials(region.Name(code)), Chosen: slices.Contains(chosen, code)}
		node.Below = RegionTree(p, region.Children(code), chosen)
		node.Open = slices.ContainsFunc(node.Below, func(n RegionNode) bool { return n.Chosen || n.Open })
		nodes = append(nodes, node)
	}
	return nodes
}
