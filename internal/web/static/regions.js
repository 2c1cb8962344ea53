// A tree from which regions are chosen: what is typed narrows it to the regions whose name, code or initials it is part of.
// Without this script the tree is opened branch by branch.

for (const tree of document.querySelectorAll('[data-region-tree]')) {
  const find = tree.querySelector('input[type="search"]');
  const nodes = Array.from(tree.querySelectorAll('li'));
  const branches = Array.from(tree.querySelectorAll('details'));
  const opened = branches.map((branch) => branch.open);
  find.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault(); // it would send the form
  });
  find.addEventListener('input', () => {
    const words = find.value.trim().toLowerCase();
    for (const node of nodes) node.hidden = words !== '';
    branches.forEach((branch, i) => { branch.open = words !== '' || opened[i]; });
    if (words === '') return;
    for (const node of nodes) {
      const label = node.querySelector('label');
      const box = label.querySelector('input');
      if (!`${label.textContent} ${box.value} ${label.dataset.keys}`.toLowerCase().includes(words)) continue;
      for (let shown = node; shown && tree.contains(shown); shown = shown.parentElement.closest('li')) shown.hidden = false;
    }
  });
}
