// tsyringe looks for this at its start. A separate module: some bundlers would run it after its importer's other imports.
import 'reflect-metadata';
