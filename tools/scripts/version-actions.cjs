// What `nx release version` does to a package: npm's manifest and lock file as usual, and the constant in
// src/version.ts where a package has one (plugins show it in `explain()` and keep it in checkpoints).
const npm = require('@nx/js/src/release/version-actions');

class VersionActions extends npm.default {
  async updateProjectVersion(tree, newVersion) {
    const messages = await super.updateProjectVersion(tree, newVersion);
    const file = `${this.projectGraphNode.data.root}/src/version.ts`;
    if (!tree.exists(file)) return messages;
    tree.write(file, tree.read(file, 'utf8').replace(/version = '.*'/, `version = '${newVersion}'`));
    return [...messages, `✍️  New version ${newVersion} written to ${file}`];
  }
}

module.exports = { default: VersionActions, afterAllProjectsVersioned: npm.afterAllProjectsVersioned };
