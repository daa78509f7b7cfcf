// Makes the tables; a promise of their being there.
const {createOrmConfig} = require("@subsquid/typeorm-config")
const {DataSource} = require("typeorm")

module.exports = new DataSource({...createOrmConfig(), synchronize: true})
  .initialize()
  .then((source) => source.destroy())
