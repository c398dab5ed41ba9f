// tsyringe looks for this at its start. A module of its own: some bundlers would run it after its importer's other imports.
import 'reflect-metadata';
